// The unfinished files that are left in a hidden folder: how large they are, and which go first.
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import type { HeldFolder } from '../paths/held-folder.ts';
import { livenessOf, ownIdentity } from './process-identity.ts';
import { isAbandoned, isSameProcess, ownerOf } from './unfinished-name.ts';
import { unlink } from './while-busy.ts';

/** What the system counts as one block of a file, in bytes. */
export const blockBytes = 512;

/** An unfinished file that no process writes to. */
export interface LeftFile {
  /** How much of the disk it takes, in bytes. */
  readonly bytes: number;
  /** When it was last written to, in milliseconds since 1970. */
  readonly changed: number;
}

/** The same, with its name in the hidden folder. */
export interface NamedFile extends LeftFile {
  readonly name: string;
}

/** At most this much of a disk is taken by unfinished files in one folder, apart from the newest: 16 GiB. */
export const maxLeftBytes: number = 16 * 1024 ** 3;

/**
 * Removes the oldest unfinished files of a hidden folder that no process writes to, until the others take
 * no more than some bytes. The newest stays in any case.
 *
 * @param held the names of those that this process is writing
 */
export async function removeOldest(
  hidden: HeldFolder,
  held: ReadonlySet<string> | undefined,
  most: number = maxLeftBytes,
): Promise<void> {
  const [newest, ...older] = await filesIn(hidden, held);
  let bytes = newest?.bytes ?? 0;
  const excess = older.filter((file) => (bytes += file.bytes) > most);
  await removeFrom(hidden, excess);
}

/** Removes files of a hidden folder. Returns those that could be removed. */
export async function removeFrom(
  hidden: HeldFolder,
  files: readonly NamedFile[],
): Promise<NamedFile[]> {
  const removed: NamedFile[] = [];
  for (const file of files) {
    const done = await unlink(hidden.at(file.name)).then(
      () => true,
      () => false,
    );
    if (done) removed.push(file);
  }
  return removed;
}

/**
 * The unfinished files of a hidden folder that no process writes to, the newest first.
 *
 * @param held the names of those that this process is writing
 */
export async function filesIn(
  hidden: HeldFolder,
  held: ReadonlySet<string> | undefined,
): Promise<NamedFile[]> {
  const files: NamedFile[] = [];
  for (const name of await namesIn(hidden)) {
    const status = await lstat(hidden.at(name)).catch(() => undefined);
    if (!status?.isFile() || !isFree(name, status, held)) continue;
    const { blocks, mtimeMs } = status;
    files.push({ name, bytes: blocks * blockBytes, changed: Math.floor(mtimeMs) });
  }
  return files.sort((a, b) => b.changed - a.changed);
}

/**
 * Whether a name is that of an unfinished file that no process writes to any more.
 *
 * @param held the names of those that this process is writing; without, all of its own count
 */
export function isFree(
  name: string,
  { mtimeMs }: Stats,
  held: ReadonlySet<string> | undefined,
): boolean {
  const owner = ownerOf(name);
  if (!owner) return false;
  const self = ownIdentity();
  if (isSameProcess(owner, self)) return held !== undefined && !held.has(name);
  return isAbandoned(owner, self, Date.now() - mtimeMs, livenessOf);
}

/** Empty if another process has just removed the folder. */
export function namesIn(hidden: HeldFolder): Promise<string[]> {
  return readdir(hidden.anchor).catch(() => []);
}
