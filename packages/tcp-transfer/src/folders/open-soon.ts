// Opens a file of a folder, and does not wait long until nobody writes to it.
import { pause } from '../async.ts';
import type { Clock } from '../clock.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import type { ServedFolder } from '../sharing/served-folders.ts';
import { TransferError } from '../transfer-error.ts';

/**
 * How long one file of many is waited for, in milliseconds: long enough for one that was written a moment
 * ago, and less than a client waits for a page.
 */
const longestWait = 3000;

/**
 * Opens a file below a folder; `undefined` if there is no such file, or it may not be read.
 *
 * @throws the system's error if no file can be opened at all
 */
export async function openSoon(
  folder: ServedFolder,
  path: readonly string[],
  clock: Clock,
): Promise<SharedFile | 'changing' | undefined> {
  const opening = folder.openFile(path).catch((error: unknown) => {
    if (TransferError.is(error) && error.code === 'changed') return 'changing' as const;
    throw error;
  });
  const over = new AbortController();
  const late = pause(clock, longestWait, over.signal).then(() => 'late' as const);
  const opened = await Promise.race([opening, late]).finally(() => {
    over.abort();
  });
  if (opened !== 'late') return opened;
  closeLater(opening);
  return 'changing';
}

function closeLater(opening: Promise<SharedFile | 'changing' | undefined>): void {
  const close = async (): Promise<void> => {
    const opened = await opening;
    if (opened !== 'changing') await opened?.handle.close();
  };
  close().catch(() => undefined);
}
