// The receivers of a send: those that were named, or that a person chooses from the members.
import { hostOf, isLoopback } from '@peerlane/protocol';
import type { Member } from '@peerlane/udp-node';
import { UsageError } from '../command-line/usage-error.ts';
import { didYouMean } from '../did-you-mean.ts';
import { claimedName } from '../lines/claimed-name.ts';
import { nobodyHeard, type Guest } from '../members/guest.ts';
import { pause, waitForMembers } from '../members/wait-for-members.ts';
import { NodeError } from '../node/node-error.ts';
import { ask, canAsk } from '../output/ask.ts';
import { print, type Io } from '../output/io.ts';
import { table } from '../text/table.ts';
import { matchReceiver, typedAddress, type Match } from './match-receiver.ts';

/** How long members are collected at least, as two may have one name; and at most, in milliseconds. */
const [collectionTime, searchTime] = [1000, 5000];

/** The most members whose names an error lists. */
const maxListed = 10;

/** The addresses among what was typed after `--to`. */
export function addressesIn(typed: readonly string[]): string[] {
  return typed.flatMap((each) => typedAddress(each) ?? []);
}

/**
 * The members that are to receive, each once, in the order in which they were typed or chosen.
 *
 * @param typed what was typed after `--to`; a person chooses if it is empty
 * @param isAsked whether a person may be asked
 * @throws UsageError if nobody can be asked; NodeError `not-found` if a receiver is not there; Error if
 * nobody was heard at all, or nobody was chosen
 */
export async function receiversOf(
  typed: readonly string[],
  guest: Guest,
  io: Io,
  isAsked: boolean,
): Promise<readonly Member[]> {
  const { node } = guest;
  const mayAsk = isAsked && canAsk(io);
  if (typed.length === 0 && !mayAsk)
    throw new UsageError('Nobody can be asked who is to receive it: add --to NAME');
  const areFound = (): boolean =>
    typed.length > 0 && typed.every((each) => matchReceiver(each, heard(guest)).kind !== 'none');
  await Promise.all([
    pause(collectionTime, io.signal),
    waitForMembers(
      node,
      () => heard(guest).length > 0 || guest.areUnknown(),
      searchTime,
      io.signal,
    ),
  ]);
  if (typed.length > 0) await waitForMembers(node, areFound, searchTime, io.signal);
  io.signal.throwIfAborted();
  if (heard(guest).length === 0) throw nobodyHeard(guest);
  if (typed.length === 0) return reachable(await choose(heard(guest), io, true), guest);
  const chosen: Member[] = [];
  for (const each of typed) {
    const match = matchReceiver(each, heard(guest));
    const [member] = await oneOf(match, each, guest, mayAsk ? io : undefined);
    if (member && !chosen.some(({ address }) => address === member.address)) chosen.push(member);
  }
  return reachable(chosen, guest);
}

function heard({ node }: Guest): Member[] {
  return node.members().filter(({ state }) => state === 'heard');
}

async function oneOf(
  match: Match<Member>,
  typed: string,
  guest: Guest,
  io: Io | undefined,
): Promise<readonly Member[]> {
  if (match.kind === 'one') return [match.member];
  if (match.kind === 'none') throw missing(typed, match.near, guest);
  const { members } = match;
  const isName = members.every(({ name }) => name === members[0]!.name);
  const fault = isName
    ? `${members.length} members are called ${claimedName(typed)}`
    : `The names of ${members.length} members begin with ${claimedName(typed)}`;
  if (io) {
    print(io.stderr, `${fault}:`);
    return choose(members, io, false);
  }
  throw new UsageError(`${fault}: ${listOf(members)}. Name one by its address`);
}

function missing(typed: string, near: readonly string[], guest: Guest): Error {
  const what = typedAddress(typed) === undefined ? 'No member is called' : 'No member answers at';
  const hint = didYouMean(near) || ` Members: ${listOf(heard(guest))}.`;
  return new NodeError('not-found', `${what} ${claimedName(typed)}.${hint}`);
}

function listOf(members: readonly Member[]): string {
  const shown = members.slice(0, maxListed).map(receiverText);
  const more = members.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** A receiver for a person: the name that it gives itself, and its address. */
export function receiverText({ name, address }: Pick<Member, 'name' | 'address'>): string {
  return name === undefined ? address : `${claimedName(name).slice(1, -1)} (${address})`;
}

async function choose(
  members: readonly Member[],
  io: Io,
  maySeveral: boolean,
): Promise<readonly Member[]> {
  const rows = members.map(({ name, address, version }, index) => [
    `  ${index + 1}.`,
    name === undefined ? '-' : claimedName(name).slice(1, -1),
    address,
    ...(version === 1 ? ['takes no sends: version 1'] : []),
  ]);
  print(io.stderr, table(rows));
  const count = members.length === 1 ? '1' : `1 to ${members.length}`;
  const several = maySeveral && members.length > 1 ? ', or several such as 1 2' : '';
  const read = (line: string): readonly Member[] | undefined => {
    const numbers = line.split(/[\s,]+/).filter((word) => word !== '');
    const found = [...new Set(numbers)].map((word) =>
      /^\d+$/.test(word) ? members[Number(word) - 1] : undefined,
    );
    if (found.length === 0 || (found.length > 1 && !maySeveral)) return undefined;
    return found.every((each) => each !== undefined) ? found : undefined;
  };
  const chosen = await ask(`Send to which? Type a number, ${count}${several}: `, read, io);
  if (!chosen) throw new Error('No receiver was chosen: nothing was sent.');
  return chosen;
}

/** The receivers, if each can fetch from this node. */
function reachable(members: readonly Member[], { node }: Guest): readonly Member[] {
  if (!isLoopback(node.address.host)) return members;
  const outside = members.find(({ address }) => !isLoopback(hostOf(address)));
  if (outside)
    throw new UsageError(
      `${receiverText(outside)} is on the network, and cannot fetch from ${node.address.host}: add --lan`,
    );
  return members;
}
