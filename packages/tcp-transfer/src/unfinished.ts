import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { hiddenFolder, readHiddenFolder, removeHiddenFolder } from './hidden-folder.ts';
import {
  livenessOf,
  ownIdentity,
  type Liveness,
  type ProcessIdentity,
} from './process-identity.ts';
import { unlink } from './while-busy.ts';

/**
 * An unfinished file of which it cannot be known whether its process lives is left over once
 * nothing was written to it for so long, in milliseconds. A download that lives writes all the time.
 */
const abandonedAfter = 60 * 60 * 1000;

/** What can be gone on with is kept for so long after it was last written to, in milliseconds: 30 days. */
const keptFor = 30 * 24 * 60 * 60 * 1000;

/** What an unfinished file is to become: by that it is found, to be gone on with. */
export interface UnfinishedKey {
  /** Made of what is asked for, which is always known: 16 hexadecimal digits. */
  readonly name: string;
  /** The content's, where that is known: 64 hexadecimal digits. */
  readonly root?: string | undefined;
}

const ownName =
  /^(\d{1,10})-([0-9a-f]{12})-([0-9a-f]{12})-[0-9a-f-]{36}(?:-([0-9a-f]{16})(?:-([0-9a-f]{64}))?)?\.part$/;

/** A name for an unfinished file that tells whose it is, and where it can be gone on with, of what. */
export function unfinishedName(
  { pid, start, machine }: ProcessIdentity,
  key?: UnfinishedKey,
): string {
  const parts = [pid, start, machine, randomUUID(), key?.name, key?.root];
  return `${parts.filter((part) => part !== undefined).join('-')}.part`;
}

/** Whose unfinished file has a name; `undefined` where the name is none of ours. */
export function ownerOf(name: string): ProcessIdentity | undefined {
  const [, pid, start, machine] = ownName.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), start: start!, machine: machine! };
}

/** The key that the name of an unfinished file tells; only then can it be gone on with. */
export function keyInName(name: string): UnfinishedKey | undefined {
  const [, , , , named, root] = ownName.exec(name) ?? [];
  return named === undefined ? undefined : { name: named, root };
}

/** Whether what was left can be gone on with: where one of the contents is unknown, the name counts. */
function fits(left: UnfinishedKey | undefined, wanted: UnfinishedKey): boolean {
  if (left?.root !== undefined && wanted.root !== undefined) return left.root === wanted.root;
  return left?.name === wanted.name;
}

/** Whether it was whole, and is the user's by now: its process ended before it could be removed. */
function hasItsName({ nlink }: Stats): boolean {
  return nlink > 1;
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
  const names = await readHiddenFolder(folder);
  const self = ownIdentity();
  let removed = 0;
  for (const name of names) {
    const owner = ownerOf(name);
    // Ours are being written, and may be many.
    if (!owner || isSame(owner, self)) continue;
    const path = join(hidden, name);
    const status = await lstat(path).catch(() => undefined);
    const untouched = Date.now() - (status?.mtimeMs ?? 0);
    if (!status || !isAbandoned(owner, self, untouched, livenessOf)) continue;
    if (keyInName(name) !== undefined && untouched < keptFor && !hasItsName(status)) continue;
    await unlink(path).catch(() => undefined);
    removed += 1;
  }
  if (removed === names.length) await removeHiddenFolder(folder);
  return removed;
}

/**
 * The unfinished files of a key that nobody writes to any more.
 *
 * @param held paths of this process' own that are being written
 * @returns their paths, those of known content first
 */
export async function resumable(
  folder: string,
  key: UnfinishedKey,
  held: ReadonlySet<string>,
): Promise<string[]> {
  const hidden = join(folder, hiddenFolder);
  const self = ownIdentity();
  const found: string[] = [];
  for (const name of await readHiddenFolder(folder)) {
    const owner = ownerOf(name);
    const left = keyInName(name);
    if (!owner || !fits(left, key)) continue;
    const path = join(hidden, name);
    const status = await lstat(path).catch(() => undefined);
    if (!status?.isFile() || hasItsName(status)) continue;
    const free = isSame(owner, self)
      ? !held.has(path)
      : isAbandoned(owner, self, Date.now() - status.mtimeMs, livenessOf);
    if (!free) continue;
    if (left?.root === undefined) found.push(path);
    else found.unshift(path);
  }
  return found;
}
