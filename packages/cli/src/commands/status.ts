// `p2p status`: sums the cluster up.
import type { Invocation } from '../command-line/parse.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import type { StatusEvent } from '../output/json-events.ts';
import { counted, filesText } from '../text/figures.ts';
import { versionsOf, type FoundName } from '../node/search-files.ts';
import { asGuest } from '../members/guest.ts';
import { shownMembers } from './list.ts';
import { Report } from '../output/report.ts';
import { gatherFiles } from './search.ts';

/** Runs `p2p status`. */
export async function run(invocation: Invocation<'status'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    return await asGuest(invocation, io, async (guest) => {
      const found = await gatherFiles(guest, '', io.signal);
      const status = statusOf(shownMembers(guest), found);
      report.event(status);
      report.say(...statusLines(status));
      return exitCodes.done;
    });
  } catch (error) {
    return report.fail(error);
  }
}

/** Counts the members, files and versions of a cluster. */
export function statusOf(
  members: readonly { readonly state: string }[],
  found: readonly FoundName[],
): StatusEvent {
  const versions = found.map(({ contents }) => versionsOf(contents));
  const sizes = versions.flatMap(({ distinct }) => distinct.map(({ size }) => size));
  return {
    event: 'status',
    members: members.length,
    heard: members.filter(({ state }) => state === 'heard').length,
    files: found.length,
    ambiguous: versions.filter(({ distinct }) => distinct.length > 1).length,
    unverified: versions.filter(({ distinct, more }) => distinct.length === 1 && more).length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** The same as lines for a person. */
export function statusLines(status: StatusEvent): string[] {
  const { members, heard, files, ambiguous, unverified, bytes } = status;
  const several = ambiguous > 0 ? `, ${ambiguous} of them in more than one version` : '';
  const perhaps = unverified > 0 ? `, ${unverified} of them perhaps in more than one` : '';
  return [
    `Cluster: ${counted(members, 'member')}, ${heard} heard.`,
    `Shared by them: ${filesText(files, bytes)}${several}${perhaps}.`,
  ];
}
