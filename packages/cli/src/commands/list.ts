// `p2p list`: lists the members of the cluster.
import type { Member } from '@peerlane/udp-node';
import type { Invocation } from '../command-line/parse.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import type { MemberEvent } from '../output/json-events.ts';
import { table } from '../text/table.ts';
import { pause } from '../members/wait-for-members.ts';
import { asGuest, hearSomebody, nobodyHeard, type Guest } from '../members/guest.ts';
import { Report } from '../output/report.ts';

/** How long answers are collected, in milliseconds, and until there is one. */
const gathering = 1000;

/** Runs `p2p list`. */
export async function run(invocation: Invocation<'list'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    return await asGuest(invocation, io, async (guest) => {
      await Promise.all([pause(gathering, io.signal), hearSomebody(guest, io.signal)]);
      const members = shownMembers(guest);
      if (io.signal.aborted || members.length === 0) return report.fail(nobodyHeard(guest));
      const now = performance.now();
      for (const member of members) report.event(memberEvent(member, now));
      report.say(...memberTable(members, now));
      return exitCodes.done;
    });
  } catch (error) {
    return report.fail(error);
  }
}

/** The members to show: those that were heard, and the peers that were named. */
export function shownMembers({ node, peers }: Guest): Member[] {
  const members = node.members();
  const heard = members.some(({ state }) => state === 'heard');
  return heard
    ? members.filter(({ state, address }) => state === 'heard' || peers.includes(address))
    : [];
}

/** A member as an event; `now` is the time of `performance.now()`. */
export function memberEvent(member: Member, now: number): MemberEvent {
  const { address, name, state, version, roundTrip, heardAt } = member;
  return {
    event: 'member',
    address,
    ...(name !== undefined && { name }),
    state,
    version,
    ...(roundTrip !== undefined && { roundTripMs: Number(roundTrip.toFixed(3)) }),
    ...(heardAt !== undefined && { heardMsAgo: Math.max(0, Math.round(now - heardAt)) }),
  };
}

/** A table of members for a person. */
export function memberTable(members: readonly Member[], now: number): string[] {
  return table([
    ['ADDRESS', 'STATE', 'VERSION', 'ROUND TRIP', 'LAST HEARD', 'NAME'],
    ...members.map(({ address, state, version, roundTrip, heardAt, name }) => [
      address,
      state,
      String(version),
      roundTrip === undefined ? '-' : `${roundTrip.toFixed(1)} ms`,
      heardAt === undefined ? 'never' : `${((now - heardAt) / 1000).toFixed(1)} s ago`,
      name ?? '-',
    ]),
  ]);
}
