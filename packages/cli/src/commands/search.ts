// `p2p search [TEXT]`: lists the files in the cluster.
import type { Member } from '@peerlane/udp-node';
import type { Invocation } from '../command-line/parse.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { fileEvent, fileTable, incompleteText } from '../lines/file-table.ts';
import type { Io } from '../output/io.ts';
import { NodeError } from '../node/node-error.ts';
import { isAcquainted, type FoundFile, type IncompleteList } from '../search/search-files.ts';
import { waitForMembers } from '../members/wait-for-members.ts';
import { asGuest, hearSomebody, nobodyHeard, type Guest } from '../members/guest.ts';
import { Report } from '../output/report.ts';

/** How long members may take to name others and to announce their file servers, in milliseconds. */
const introductionTimeout = 2500;

/** Runs `p2p search`. */
export async function run(invocation: Invocation<'search'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  const [text = ''] = invocation.operands;
  try {
    return await asGuest(invocation, io, async (guest) => {
      const found = await gatherFiles(guest, text, io.signal, incompleteNote(report));
      if (found.length === 0) {
        const what = text === '' ? 'a file' : `a file with "${text}" in its name`;
        return report.fail(new NodeError('not-found', `No member lists ${what}.`));
      }
      for (const each of found) report.event(fileEvent(each));
      report.say(fileTable(found));
      return exitCodes.done;
    });
  } catch (error) {
    return report.fail(error);
  }
}

/** Prints that files of a member are missing. */
export function incompleteNote(report: Report): (list: IncompleteList) => void {
  return (list) => {
    report.event({ event: 'incomplete', ...list });
    report.note(incompleteText(list));
  };
}

/**
 * Lists the files of the members, once the first that is heard has named all others.
 *
 * @throws Error if nobody is heard; the reason of an aborted `signal`
 */
export async function gatherFiles(
  guest: Guest,
  text: string,
  signal: AbortSignal,
  onIncomplete?: (list: IncompleteList) => void,
): Promise<FoundFile[]> {
  const heard = await hearSomebody(guest, signal);
  signal.throwIfAborted();
  if (!heard) throw nobodyHeard(guest);
  const isComplete = (members: readonly Member[]): boolean =>
    guest.node.hasConverged && isAcquainted(members);
  await waitForMembers(guest.node, isComplete, introductionTimeout, signal);
  return guest.node.search(text, { signal, onIncomplete });
}
