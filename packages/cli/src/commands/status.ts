// `p2p status`: shows the cluster in figures.
import type { Invocation } from '../command-line/parse.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { leftIn, leftLines } from '../lines/left-text.ts';
import { sealText } from '../lines/seal-text.ts';
import { statusLines, statusOf } from '../lines/status-lines.ts';
import { asGuest } from '../members/guest.ts';
import { shownMembers } from './list.ts';
import { Report } from '../output/report.ts';
import { gatherFound, incompleteNote } from './search.ts';

/** Runs `p2p status`. */
export async function run(invocation: Invocation<'status'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  try {
    return await asGuest(invocation, io, async (guest) => {
      const { node, config } = guest;
      const found = await gatherFound(guest, '', io.signal, incompleteNote(report));
      const status = statusOf(shownMembers(guest), found, performance.now(), node.sealedBy);
      const left = await leftIn(io.cwd);
      report.event({ ...status, ...left });
      report.say([
        ...statusLines(status),
        sealText(node.sealedBy, config.host),
        ...leftLines(left),
      ]);
      return exitCodes.done;
    });
  } catch (error) {
    return report.fail(error);
  }
}
