import { withPlainPaths } from './held-folder.ts';
import { TransferError } from './transfer-error.ts';

/** The disk has no room, or no room for us, or cannot hold so large a file. */
const noRoom: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Waits for work on the disk; what goes wrong in it becomes a TransferError. */
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
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TransferError(
      noRoom.has(code) ? 'no-space' : 'disk',
      withPlainPaths(`could not write to ${folder}: ${message}`),
      { cause },
    );
  }
}

/** What is this machine's fault, and no peer's. */
const ours: ReadonlySet<string> = new Set(['disk', 'no-space', 'exists']);

/** Whether it is this machine's disk that failed, and no peer. */
export function isDiskError(error: unknown): error is TransferError {
  return TransferError.is(error) && ours.has(error.code);
}
