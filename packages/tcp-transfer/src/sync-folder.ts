import { open } from 'node:fs/promises';

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

/** Makes names that were given in a folder last through a loss of power, where that can be done. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isFolderSyncUnsupported(process.platform, (error as NodeJS.ErrnoException).code))
      throw error;
  }
}
