// Makes files and the names in a folder survive a loss of power, on disks that can do that.
import type { FileHandle } from 'node:fs/promises';
import { isOutOfSpace } from './out-of-space.ts';

/**
 * Whether a failure to sync a folder means that its disk failed. Every other one means that folders
 * cannot be synced here, as on Windows and on some network disks: the files are there all the same.
 */
export function isFolderSyncFailure(platform: NodeJS.Platform, error: unknown): boolean {
  if (platform === 'win32') return false;
  return (error as NodeJS.ErrnoException).code === 'EIO' || isOutOfSpace(error);
}

/** Makes the names in an open folder survive a loss of power, if the system can do that. */
export async function syncFolder(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } catch (error) {
    if (isFolderSyncFailure(process.platform, error)) throw error;
  }
}

/** The answers of a disk that has no sync. Any other may mean that bytes are lost. */
export const noSync: readonly (string | undefined)[] = [
  ...['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'],
];

/** Makes the bytes of an open file survive a loss of power, if the disk can do that. */
export async function syncFile(handle: Pick<FileHandle, 'datasync'>): Promise<void> {
  try {
    await handle.datasync();
  } catch (error) {
    if (!noSync.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}
