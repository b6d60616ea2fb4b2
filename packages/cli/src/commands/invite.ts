// `p2p invite`: lets another machine join the cluster by a number and two words.
import { visibleText } from '@peerlane/protocol';
import { ClusterKey, Keyring } from '@peerlane/seal';
import { configured, type Configured } from '../command-line/configured.ts';
import { aborted } from '../aborted.ts';
import type { Invocation } from '../command-line/parse.ts';
import { ConfigError } from '../files/config-error.ts';
import { saveKeyring } from '../keys/key-file.ts';
import { lanHost } from '../config/lan-host.ts';
import { systemNetwork } from '../invitation/network.ts';
import {
  OpenInvitation,
  type InvitationEnd,
  type InvitationNews,
} from '../invitation/open-invitation.ts';
import { qrLines } from '../lines/qr-code.ts';
import { newKeyText } from '../lines/seal-text.ts';
import { hasFreeHost } from '../members/guest.ts';
import { ownAddresses } from '../members/own-addresses.ts';
import { confirm } from '../output/confirm.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { Report } from '../output/report.ts';

/** Runs `p2p invite` until the invitation ends. */
export async function run(invocation: Invocation<'invite'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  const { many } = invocation.options;
  try {
    const loaded = await configured(invocation, io, (line) => {
      report.note(line);
    });
    const keyring = await keyringOf(loaded, report, io);
    const { name, host, allow } = loaded.config;
    const network = await systemNetwork(hasFreeHost(loaded) ? lanHost() : host, allow);
    let joined = 0;
    await using opened = await OpenInvitation.open({
      ...{ keyring, name, many, network, signal: io.signal },
      onNews: (news) => {
        if (news.type === 'joined') joined += 1;
        tell(news, report);
      },
      onHidden: (reason) => {
        const line = `Nobody finds this invitation without its address: ${reason}.`;
        report.event({ event: 'warning', message: line });
        report.note(line);
      },
    });
    show(opened, many, report, io);
    const end = await Promise.race([opened.end, aborted(io.signal)]);
    return conclude(end, joined, report);
  } catch (error) {
    return report.fail(error);
  }
}

/**
 * The keys of the cluster. A person without one is asked whether to make one.
 *
 * @throws ConfigError if there is none
 */
async function keyringOf(
  { keys, keySource, config, origins }: Configured,
  report: Report,
  io: Io,
): Promise<Keyring> {
  if (keys) return keys.keyring;
  if (config.open)
    throw new ConfigError(
      `an invitation is for a sealed cluster, and ${origins.open} uses no key: leave it out`,
    );
  if (keySource?.kind !== 'own')
    throw new ConfigError(
      'there is no home folder for a key: make one by p2p key new --key-file FILE, and name it here too',
    );
  const { path } = keySource;
  const question = 'This machine has no key yet. Make one, for a new cluster?';
  const answer = report.json ? undefined : await confirm(question, io);
  if (answer === undefined) throw new ConfigError('this machine has no key yet: run p2p key new');
  if (!answer)
    throw new Error('No key was made. To join the cluster of another machine, use p2p join');
  const keyring = new Keyring([ClusterKey.generate()]);
  await saveKeyring(path, keyring);
  report.say(`Made key ${keyring.first.id} in ${path}`, newKeyText);
  return keyring;
}

function show({ text, address }: OpenInvitation, many: boolean, report: Report, io: Io): void {
  const addresses = ownAddresses(address);
  report.event({ event: 'invitation', words: text, addresses, many });
  const { env, stdout } = io;
  const { isTTY, columns, rows } = stdout;
  report.say(
    `Invitation: ${text}`,
    ...[`On the other machine: p2p join ${text}`, `Not found there? Add --peer ${addresses[0]!}`],
    qrLines(text, { isTTY, columns, rows, env, platform: process.platform }),
    `Valid for 10 minutes and ${many ? 'any number of machines' : 'one machine'}. Ctrl-C ends it.`,
  );
}

function tell(news: InvitationNews, report: Report): void {
  const { from } = news;
  if (news.type === 'joined') {
    report.event({ event: 'joined', name: news.name, address: from });
    report.say(`"${visibleText(news.name)}" (${from}) has joined.`);
  } else if (news.type === 'unconfirmed') {
    const message = `A machine at ${from} knew the words, was sent the key, and broke off. If it is none of yours, change the key: p2p key add`;
    report.event({ event: 'warning', message });
    report.say(message);
  } else {
    report.event({ event: 'guess', address: from, left: news.left });
    report.say(`A wrong guess from ${from} (${news.left} left).`);
  }
}

function conclude(end: InvitationEnd | undefined, joined: number, report: Report): number {
  if (end === 'joined' && joined === 0)
    throw new Error('The invitation is used up: make another by p2p invite');
  if (end === 'joined') return exitCodes.done;
  if (end === 'guessed')
    throw new Error('Three wrong guesses have ended the invitation: make another by p2p invite');
  if (joined === 0 && end === 'expired')
    throw new Error('The ten minutes are over, and nobody has joined: make another by p2p invite');
  report.say('The invitation has ended.');
  return joined > 0 ? exitCodes.done : exitCodes.interrupted;
}
