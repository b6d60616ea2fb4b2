import { statfs } from 'node:fs/promises';
import { TransferError } from './transfer-error.ts';

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
