import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  livenessOf,
  ownIdentity,
  type Liveness,
  type ProcessIdentity,
} from './process-identity.ts';

/** The folder inside of a download folder that holds files until they are whole. */
export const hiddenFolder = '.peerlane';

/**
 * An unfinished file of which it cannot be known whether its process lives is left over once
 * nothing was written to it for so long, in milliseconds. A download that lives writes all the time.
 */
const abandonedAfter = 60 * 60 * 1000;

const ownName = /^(\d{1,10})-([0-9a-f]{12})-([0-9a-f]{12})-[0-9a-f]{16}\.part$/;

/** A name for an unfinished file that tells whose it is. */
export function unfinishedName({ pid, start, machine }: ProcessIdentity): string {
  return `${pid}-${start}-${machine}-${randomBytes(8).toString('hex')}.part`;
}

/** Whose unfinished file has a name; `undefined` where the name is none of ours. */
export function ownerOf(name: string): ProcessIdentity | undefined {
  const [, pid, start, machine] = ownName.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), start: start!, machine: machine! };
}

/**
 * Whether nobody writes to an unfinished file any more.
 *
 * @param untouched for how long nothing has been written to it, in milliseconds
 * @param liveness what is known about the owner's process number on this machine
 */
export function isAbandoned(
  owner: ProcessIdentity,
  self: ProcessIdentity,
  untouched: number,
  liveness: (pid: number) => Liveness,
): boolean {
  if (owner.machine !== self.machine) return untouched >= abandonedAfter;
  if (owner.pid === self.pid) return owner.start !== self.start;
  const found = liveness(owner.pid);
  if (found === 'dead') return true;
  return found === 'running' ? untouched >= abandonedAfter : found.start !== owner.start;
}

function isSame(owner: ProcessIdentity, self: ProcessIdentity): boolean {
  return owner.pid === self.pid && owner.start === self.start && owner.machine === self.machine;
}

/**
 * Removes what killed processes have left of unfinished downloads into a folder. What a living
 * process is writing stays, also where several nodes download into one folder.
 *
 * @returns how many files were removed
 */
export async function clearUnfinished(folder: string): Promise<number> {
  const hidden = join(folder, hiddenFolder);
  const names = await readdir(hidden).catch(() => []);
  const self = ownIdentity();
  let removed = 0;
  for (const name of names) {
    const owner = ownerOf(name);
    // Ours are being written, and may be many.
    if (!owner || isSame(owner, self)) continue;
    const path = join(hidden, name);
    const status = await lstat(path).catch(() => undefined);
    if (!status || !isAbandoned(owner, self, Date.now() - status.mtimeMs, livenessOf)) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  if (removed === names.length) await removeIfEmpty(hidden);
  return removed;
}

/**
 * Creates an unfinished file, exclusively, and clears what others have left.
 *
 * @throws the system's error where the folder cannot be written to
 */
export async function createUnfinished(
  folder: string,
): Promise<{ readonly path: string; readonly handle: FileHandle }> {
  const hidden = join(folder, hiddenFolder);
  const path = join(hidden, unfinishedName(ownIdentity()));
  // Another download may end, and remove the folder, just after it was made.
  for (let attempt = 1; ; attempt += 1) {
    const found = await makeFolder(hidden);
    try {
      const handle = await open(path, 'wx');
      if (found) await clearUnfinished(folder);
      return { path, handle };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 100) throw error;
    }
  }
}

/** Removes an unfinished file, and the hidden folder where it was the last one. */
export async function removeUnfinished(folder: string, path: string): Promise<void> {
  // Whatever cannot be removed now is removed at the next start.
  await rm(path, { force: true }).catch(() => undefined);
  await removeIfEmpty(join(folder, hiddenFolder));
}

/** Makes sure that there is a folder; whether there was. A link in its place could lead anywhere. */
async function makeFolder(path: string): Promise<boolean> {
  const status = await lstat(path).catch(() => undefined);
  if (status?.isDirectory()) return true;
  if (status) throw new Error(`${hiddenFolder} is not a folder`);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return false;
}

async function removeIfEmpty(path: string): Promise<void> {
  await rmdir(path).catch(() => undefined);
}
