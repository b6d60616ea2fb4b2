// Makes the names in a folder survive a loss of power.
import type { FileHandle } from 'node:fs/promises';

/** Whether an error means that folders cannot be synced here, as on Windows and some network disks. */
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

/** Makes the names in an open folder survive a loss of power, if the system can do that. */
export async function syncFolder(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } catch (error) {
    if (!isFolderSyncUnsupported(process.platform, (error as NodeJS.ErrnoException).code))
      throw error;
  }
}
