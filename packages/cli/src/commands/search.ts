// `p2p search [TEXT]`: lists the files and folders in the cluster.
import type { Member } from '@peerlane/udp-node';
import type { Invocation } from '../command-line/parse.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { fileEvent, folderEvent, foundTables, incompleteText } from '../lines/file-table.ts';
import type { Io } from '../output/io.ts';
import { NodeError } from '../node/node-error.ts';
import type { IncompleteList } from '../search/list-members.ts';
import { isAcquainted } from '../search/search-files.ts';
import { searchAll, type Found } from '../members/search-members.ts';
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
      const { files, folders } = await gatherFound(guest, text, io.signal, incompleteNote(report));
      if (files.length + folders.length === 0) {
        const what =
          text === '' ? 'a file or a folder' : `a file or a folder with "${text}" in its name`;
        return report.fail(new NodeError('not-found', `No member lists ${what}.`));
      }
      for (const each of files) report.event(fileEvent(each));
      for (const each of folders) report.event(folderEvent(each));
      report.say(foundTables(files, folders));
      return exitCodes.done;
    });
  } catch (error) {
    return report.fail(error);
  }
}

/** Prints that files or folders of a member are missing. */
export function incompleteNote(report: Report): (list: IncompleteList) => void {
  return (list) => {
    report.event({ event: 'incomplete', ...list });
    report.note(incompleteText(list));
  };
}

/**
 * Lists the files and folders of the members, once the first that is heard has named all others.
 *
 * @throws Error if nobody is heard; the reason of an aborted `signal`
 */
export async function gatherFound(
  guest: Guest,
  text: string,
  signal: AbortSignal,
  onIncomplete?: (list: IncompleteList) => void,
): Promise<Found> {
  const heard = await hearSomebody(guest, signal);
  signal.throwIfAborted();
  if (!heard) throw nobodyHeard(guest);
  const isComplete = (members: readonly Member[]): boolean =>
    guest.node.hasConverged && isAcquainted(members);
  await waitForMembers(guest.node, isComplete, introductionTimeout, signal);
  return searchAll(guest.node, text, { signal, onIncomplete });
}
