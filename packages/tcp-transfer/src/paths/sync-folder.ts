// Makes the names in a folder last through a loss of power, where a system can do that.
import type { FileHandle } from 'node:fs/promises';

/** What says that a folder cannot be synced here, as on Windows and on some network disks. */
export function isFolderSyncUnsupported(
  platform: NodeJS.Platform,
  code: string | undefined,
): boolean {
  if (platform === 'win32') return true;
  return [
    'EINVAL',
    'ENOTSUP',
    'EOPNOTSUPP',
    'ENOSYS',
    'EISDIR',
    'EBADF',
    'EACCES',
    'EPERM',
  ].includes(code ?? '');
}

/** Makes names that were given in an open folder last through a loss of power, where that can be done. */
export async function syncFolder(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } catch (error) {
    if (!isFolderSyncUnsupported(process.platform, (error as NodeJS.ErrnoException).code))
      throw error;
  }
}
