// `p2p join WORDS`: joins the cluster of a machine on which `p2p invite` runs.
import { resolve, sep } from 'node:path';
import { isLoopback, parsePeerAddress, visibleText, type PeerAddress } from '@peerlane/protocol';
import { SealError, type Keyring } from '@peerlane/seal';
import { parseInvitation, type Invitation } from '@peerlane/seal/invitation';
import { TransferError } from '@peerlane/tcp-transfer';
import { configuration } from '../command-line/configured.ts';
import type { Invocation } from '../command-line/parse.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { ConfigError } from '../files/config-error.ts';
import { homeFolder } from '../files/folder-path.ts';
import { readKeyring } from '../keys/key-file.ts';
import { lanHost } from '../config/lan-host.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { readPeerAddress } from '../config/peer-addresses.ts';
import { userKeyPath } from '../keys/user-key-path.ts';
import { keepKeys, type KeyChoice } from '../invitation/keep-keys.ts';
import { joinCluster, type JoinedCluster } from '../invitation/join-cluster.ts';
import { systemNetwork } from '../invitation/network.ts';
import { hasFreeHost } from '../members/guest.ts';
import { ask, canAsk } from '../output/ask.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { print, type Io } from '../output/io.ts';
import { Report } from '../output/report.ts';
import { sentence } from '../text/sentence.ts';

/** Runs `p2p join`. */
export async function run(invocation: Invocation<'join'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    const peer = peerOf(invocation.options.peer);
    const loaded = await configuration(invocation, io, (line) => {
      report.note(line);
    });
    const path = await pathOf(loaded, io.cwd);
    // A file that cannot be used is told before the invitation is used up.
    await readKeyring(path, { isNamed: true });
    const invitation = await invitationOf(invocation.operands, report, io);
    const { name, host, allow } = loaded.config;
    const network = await systemNetwork(hasFreeHost(loaded) ? lanHost() : host, allow);
    const options = { invitation, name, peer, network, signal: io.signal };
    // It may take seconds to find nobody.
    if (canDecide(report, io) && !peer) report.note(`Looking for invitation ${invitation.number}…`);
    const joined = await joinCluster(options).catch((error: unknown) => {
      throw failureOf(error);
    });
    if (!joined) throw nobodyFound(invitation);
    return await keep(joined, path, report, io);
  } catch (error) {
    return report.fail(error);
  }
}

/** @throws UsageError for an address that is none, or has no port */
function peerOf(text: string | undefined): PeerAddress | undefined {
  if (text === undefined) return undefined;
  const address = /:\d+$/.test(text) ? readPeerAddress(text) : undefined;
  if (address !== undefined) return parsePeerAddress(address);
  throw new UsageError(
    `--peer: expected HOST:PORT as "p2p invite" shows it, got ${JSON.stringify(text)}`,
  );
}

/** The file that the keys are written to: the one that the user has named, or the user's own. */
async function pathOf({ keySource }: LoadedConfig, cwd: string): Promise<string> {
  if (keySource?.kind === 'text')
    throw new ConfigError(`${keySource.from} has a key, which hides any other: leave it out`);
  if (keySource?.kind === 'named') return keySource.path;
  const own = await userKeyPath();
  if (own === undefined)
    throw new ConfigError('there is no home folder for a key: name a file with --key-file');
  return resolve(cwd, own);
}

/** @throws UsageError if there are none, or they cannot be those of an invitation */
async function invitationOf(
  operands: readonly string[],
  report: Report,
  io: Io,
): Promise<Invitation> {
  if (operands.length > 0) return readInvitation(operands.join(' '));
  if (!canDecide(report, io))
    throw new UsageError('Expected the words of an invitation after "join". See p2p join --help');
  const read = (line: string): Invitation | undefined => {
    if (line === '') return undefined;
    try {
      return readInvitation(line);
    } catch (error) {
      print(io.stderr, (error as Error).message);
      return undefined;
    }
  };
  const invitation = await ask('What does p2p invite show on the other machine? ', read, io);
  if (invitation) return invitation;
  throw new UsageError('Expected what p2p invite shows. See p2p join --help');
}

function readInvitation(text: string): Invitation {
  try {
    return parseInvitation(text);
  } catch (error) {
    if (!SealError.is(error)) throw error;
    const isAddress = /^[^\s-]+:\d+$/.test(text);
    const advice = isAddress ? '. The address of an inviter is added by --peer' : '';
    throw new UsageError(sentence(error.message + advice), { cause: error });
  }
}

/** Why a machine could not join, as a sentence. */
function failureOf(error: unknown): unknown {
  if (SealError.is(error)) return new Error(sentence(error.message), { cause: error });
  if (!TransferError.is(error) || error.code !== 'unreachable') return error;
  const advice = 'Does p2p invite still run there, and is the address the one that it shows?';
  return new Error(`${sentence(error.message)} ${advice}`, { cause: error });
}

function nobodyFound({ number, text }: Invitation): Error {
  return new Error(
    `Nobody answers to invitation ${number}. Is the number right, does p2p invite still run there, are both ` +
      'machines on the same network, and do their firewalls let UDP port 13780 through? ' +
      `Or add the address that it shows: p2p join ${text} --peer HOST:PORT`,
  );
}

/** Writes the keys, and says what is next. */
async function keep(
  { keyring, name, from }: JoinedCluster,
  path: string,
  report: Report,
  io: Io,
): Promise<number> {
  const { id } = keyring.first;
  const [inviter, shown] = [`"${visibleText(name)}" (${from.host})`, shownPath(path)];
  const kept = await keepKeys(path, keyring, (there) => choose(there, shown, id, report, io));
  if (kept === 'kept')
    throw new Error(
      `${shown} has another key and was left as it is. To join the cluster of ${inviter} all the same, ask ` +
        'for a new invitation, and ' +
        (canDecide(report, io)
          ? 'choose to replace or to add'
          : 'run p2p join at a terminal, or with --key-file and another file'),
    );
  report.event({ event: 'joined', name, address: from.host, key: id, path });
  report.say(
    kept === 'known'
      ? `This machine is in the cluster of ${inviter} already: key ${id} is in ${shown}.`
      : `Joined the cluster of ${inviter}. Key ${id} is in ${shown}.`,
    nextLine(from),
  );
  return exitCodes.done;
}

/** Lets a person decide about another key; without one, it stays. */
async function choose(
  there: Keyring,
  shown: string,
  id: string,
  report: Report,
  io: Io,
): Promise<KeyChoice> {
  if (!canDecide(report, io)) return 'keep';
  print(
    io.stderr,
    `${shown} has the key of another cluster, ${there.first.id}; the new one is ${id}.`,
    '  replace: leave the other cluster',
    '  add:     use the new key, and go on understanding those that still use the other',
    '  keep:    change nothing',
  );
  const choices = ['replace', 'add', 'keep'] as const;
  const read = (line: string): KeyChoice | undefined =>
    choices.find((choice) => line !== '' && choice.startsWith(line.toLowerCase()));
  return (await ask('Replace, add or keep? (r/a/k) ', read, io)) ?? 'keep';
}

/** Whether a person is there who can decide. */
function canDecide({ json }: Report, io: Io): boolean {
  return !json && canAsk(io);
}

function nextLine({ host }: PeerAddress): string {
  const lan = isLoopback(host) ? '' : ' --lan';
  return `Next: p2p list${lan} shows who is there, p2p get${lan} NAME downloads a file.`;
}

/** A path as people write it, with `~` for the home folder. */
function shownPath(path: string): string {
  const home = homeFolder();
  return home !== undefined && path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}
