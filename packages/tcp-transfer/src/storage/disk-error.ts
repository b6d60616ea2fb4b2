// Turns failures of the disk into errors of a transfer, and checks for free space.
import { statfs } from 'node:fs/promises';
import { TransferError } from '../transfer-error.ts';
import { sizeText } from '../size-text.ts';
import { withPlainPaths } from '../paths/held-folder.ts';
import { isOutOfSpace, systemReason } from '../paths/out-of-space.ts';

/**
 * Waits for work on the disk. Its failure becomes a TransferError `disk` or `no-space`.
 *
 * @param folder the folder that the error names
 * @throws TransferError; the reason of an aborted signal
 */
export async function onDisk<T>(
  folder: string,
  signal: AbortSignal | undefined,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    signal?.throwIfAborted();
    if (TransferError.is(cause)) throw cause;
    throw new TransferError(
      isOutOfSpace(cause) ? 'no-space' : 'disk',
      withPlainPaths(`could not write to ${folder}: ${systemReason(cause as Error)}`),
      { cause },
    );
  }
}

/** The codes of errors that are the fault of this machine, and of no peer. */
const ownFaults: ReadonlySet<string> = new Set(['disk', 'no-space', 'exists']);

/** Whether the disk of this machine failed, and no peer. */
export function isDiskError(error: unknown): error is TransferError {
  return TransferError.is(error) && ownFaults.has(error.code);
}

/** A smaller file, in bytes, is written without a check: a full disk stops it soon enough. */
const smallestChecked = 1024 * 1024;

/** @throws TransferError `no-space` if the disk of a folder has fewer bytes free than are needed */
export async function checkSpace(folder: string, bytes: number): Promise<void> {
  if (bytes < smallestChecked) return;
  const found = await statfs(folder).catch(() => undefined);
  // Some disks do not answer, or report no size.
  if (!found || found.blocks === 0) return;
  const free = found.bavail * found.bsize;
  if (free >= bytes) return;
  throw new TransferError(
    'no-space',
    `the disk has ${sizeText(free)} free, and the file needs ${sizeText(bytes)} more`,
  );
}
