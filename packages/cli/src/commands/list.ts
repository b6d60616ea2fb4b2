// `p2p list`: lists the members of the cluster.
import type { Member } from '@peerlane/udp-node';
import type { Invocation } from '../command-line/parse.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { memberEvent, memberTable } from '../lines/member-table.ts';
import { sealText } from '../lines/seal-text.ts';
import { pause } from '../members/wait-for-members.ts';
import { asGuest, hearSomebody, nobodyHeard, type Guest } from '../members/guest.ts';
import { Report } from '../output/report.ts';

/** The least time for which answers are collected, in milliseconds. */
const collectionTime = 1000;

/** Runs `p2p list`. */
export async function run(invocation: Invocation<'list'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    return await asGuest(invocation, io, async (guest) => {
      await Promise.all([pause(collectionTime, io.signal), hearSomebody(guest, io.signal)]);
      const members = shownMembers(guest);
      if (io.signal.aborted || members.length === 0) return report.fail(nobodyHeard(guest));
      const now = performance.now();
      for (const member of members) report.event(memberEvent(member, now));
      report.say(memberTable(members, now));
      if (!report.json) report.note(sealText(guest.node.sealedBy, guest.config.host));
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
