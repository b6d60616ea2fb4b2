// Renames and removals that are tried again on Windows while another program has the file open.
import {
  rename as renameAtOnce,
  rmdir as rmdirAtOnce,
  unlink as unlinkAtOnce,
} from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait before each further attempt, in milliseconds: half a second in all. */
const pauses = [10, 20, 40, 80, 160, 190];

/** The codes of Windows for a file that another program, such as a virus scanner, has open. */
const busy: ReadonlySet<string | undefined> = new Set(['EBUSY', 'EPERM', 'EACCES']);

/** The system that something is done on, and its time. */
interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/**
 * Does something to an entry of a folder. On Windows it is tried again for a moment if another program
 * has the file open; on other systems that does not matter.
 *
 * @throws the system's error, the last one
 */
export async function whileBusy<T>(
  work: () => Promise<T>,
  { platform, pause }: Surroundings = { platform: process.platform, pause: delay },
): Promise<T> {
  for (const milliseconds of platform === 'win32' ? pauses : []) {
    try {
      return await work();
    } catch (error) {
      if (!busy.has((error as NodeJS.ErrnoException).code)) throw error;
      await pause(milliseconds);
    }
  }
  return await work();
}

/** Node's `rename`, tried again on Windows while the entry is in use. */
export const rename = (from: string, to: string): Promise<void> =>
  whileBusy(() => renameAtOnce(from, to));

/** Node's `unlink`, tried again on Windows while the entry is in use. */
export const unlink = (path: string): Promise<void> => whileBusy(() => unlinkAtOnce(path));

/** Node's `rmdir`, tried again on Windows while the entry is in use. */
export const rmdir = (path: string): Promise<void> => whileBusy(() => rmdirAtOnce(path));
