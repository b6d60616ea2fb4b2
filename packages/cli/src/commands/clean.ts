// `p2p clean [FOLDER…]`: removes, or lists, what failed and interrupted downloads have left in folders.
import { resolve } from 'node:path';
import { leftFiles, removeLeftFiles, type LeftFile } from '@peerlane/tcp-transfer';
import { visibleText } from '@peerlane/protocol';
import type { Invocation } from '../command-line/parse.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { folderFault } from '../files/folder-path.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { Io } from '../output/io.ts';
import { Report } from '../output/report.ts';
import { counted, sizeText } from '../text/figures.ts';

/** Runs `p2p clean`. */
export async function run(invocation: Invocation<'clean'>, io: Io): Promise<number> {
  const report = new Report(invocation, io);
  const { operands, options } = invocation;
  const removes = !options['dry-run'];
  try {
    const folders = operands.length > 0 ? operands : ['.'];
    for (const folder of folders) {
      const fault = await folderFault(folder, io.cwd);
      if (fault !== undefined) throw new UsageError(fault);
    }
    for (const folder of folders) {
      const path = resolve(io.cwd, folder);
      const left = await (removes ? removeLeftFiles(path) : leftFiles(path));
      for (const { bytes, changed } of left)
        report.event({
          ...{ event: removes ? 'removed' : 'unfinished', folder: path, bytes },
          ...{ changed: new Date(changed).toISOString() },
        });
      report.say(linesFor(left, path, removes));
    }
    return exitCodes.done;
  } catch (error) {
    return report.fail(error);
  }
}

function linesFor(left: readonly LeftFile[], path: string, removes: boolean): string[] {
  const shown = visibleText(path);
  if (left.length === 0) return [`No unfinished download is left in ${shown}.`];
  const bytes = left.reduce((sum, file) => sum + file.bytes, 0);
  const what = `${counted(left.length, 'unfinished download')} (${sizeText(bytes)})`;
  const each = left.map(
    (file) => `  ${sizeText(file.bytes).padStart(7)}  last written to ${dateText(file.changed)}`,
  );
  return [removes ? `Removed ${what} from ${shown}:` : `${what} in ${shown}:`, ...each];
}

/** A time as `2026-01-31 12:00`, in UTC. */
function dateText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
