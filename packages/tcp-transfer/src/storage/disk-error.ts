import { statfs } from 'node:fs/promises';
import { TransferError } from '../transfer-error.ts';
import { withPlainPaths } from '../paths/held-folder.ts';

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

/** Fewer bytes find out by themselves, at little cost, that the disk is full. */
const worthChecking = 1024 * 1024;

/** @throws TransferError `no-space` where the disk of a folder has no room for so many bytes */
export async function checkSpace(folder: string, bytes: number): Promise<void> {
  if (bytes < worthChecking) return;
  const { bavail, blocks, bsize } = await statfs(folder);
  const free = bavail * bsize;
  // Some disks do not tell their size.
  if (blocks === 0 || free >= bytes) return;
  throw new TransferError(
    'no-space',
    `there are ${free} bytes free on the disk, and ${bytes} are to come`,
  );
}
