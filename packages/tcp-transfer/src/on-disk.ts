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
      `could not write to ${folder}: ${message}`,
      { cause },
    );
  }
}

/** Whether it is this machine's disk that failed, and no peer. */
export function isDiskError(error: unknown): error is TransferError {
  return TransferError.is(error) && (error.code === 'disk' || error.code === 'no-space');
}
