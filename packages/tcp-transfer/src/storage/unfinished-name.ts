// The names of unfinished files: which process writes a file, and what it will become. Pure.
import { randomBytes } from 'node:crypto';
import type { Liveness, ProcessIdentity } from './process-identity.ts';

/**
 * How long an unfinished file may be unchanged, in milliseconds, if it is unknown whether its process
 * runs. A running download writes all the time.
 */
const abandonedAfter = 60 * 60 * 1000;

/** What an unfinished file will become: a later download finds it by this key. */
export interface UnfinishedKey {
  /** A digest of the filename and the size, which are always known: 16 hexadecimal digits. */
  readonly name: string;
  /** The root of the content, if it is known, in hexadecimal digits. The first 16 are in the name. */
  readonly root?: string | undefined;
}

/** How many digits of a root are in a name. They need not be unique: all pieces are verified. */
const rootDigits = 16;

const ownName =
  /^(\d{1,10})-([0-9a-f]{12})-([0-9a-f]{12})-[0-9a-f]{16}(?:-([0-9a-f]{16})(?:-([0-9a-f]{16}))?)?\.part$/;

/**
 * A name for an unfinished file, made of its process and its key. It has at most 92 bytes, as some disks
 * allow no more than 143.
 */
export function unfinishedName(
  { pid, start, machine }: ProcessIdentity,
  key?: UnfinishedKey,
): string {
  const random = randomBytes(8).toString('hex');
  const parts = [pid, start, machine, random, key?.name, key?.root?.slice(0, rootDigits)];
  return `${parts.filter((part) => part !== undefined).join('-')}.part`;
}

/** The process whose unfinished file has a name; `undefined` for the name of any other file. */
export function ownerOf(name: string): ProcessIdentity | undefined {
  const [, pid, start, machine] = ownName.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), start: start!, machine: machine! };
}

/** The key in the name of an unfinished file; without one, no download can go on with it. */
export function keyInName(name: string): UnfinishedKey | undefined {
  const [, , , , named, root] = ownName.exec(name) ?? [];
  return named === undefined ? undefined : { name: named, root };
}

/** Whether a file that was left has a wanted key. If the root of one is unknown, the name counts. */
export function fits(left: UnfinishedKey | undefined, wanted: UnfinishedKey): boolean {
  if (left?.root !== undefined && wanted.root !== undefined)
    return wanted.root.startsWith(left.root);
  return left?.name === wanted.name;
}

/**
 * Whether no process writes to an unfinished file any more.
 *
 * @param untouched how long it has been unchanged, in milliseconds
 * @param liveness finds out what is known about a process number on this machine
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

/** Whether two identities are of one process. */
export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.start === other.start && one.machine === other.machine;
}
