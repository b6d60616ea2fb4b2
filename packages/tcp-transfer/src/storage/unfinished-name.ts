import { randomBytes } from 'node:crypto';
import type { Liveness, ProcessIdentity } from './process-identity.ts';

/**
 * An unfinished file of which it cannot be known whether its process lives is left over once
 * nothing was written to it for so long, in milliseconds. A download that lives writes all the time.
 */
const abandonedAfter = 60 * 60 * 1000;

/** What an unfinished file is to become: by that it is found, to be gone on with. */
export interface UnfinishedKey {
  /** Made of what is asked for, which is always known: 16 hexadecimal digits. */
  readonly name: string;
  /** The content's, where that is known, in hexadecimal digits. Its name holds the first 16. */
  readonly root?: string | undefined;
}

/** So many digits of a root are in a name: the pieces are verified in any case. */
const rootDigits = 16;

const ownName =
  /^(\d{1,10})-([0-9a-f]{12})-([0-9a-f]{12})-[0-9a-f]{16}(?:-([0-9a-f]{16})(?:-([0-9a-f]{16}))?)?\.part$/;

/**
 * A name for an unfinished file that says whose it is, and where it can be gone on with, of what. It
 * has at most 92 bytes: some disks have no longer names than 143.
 */
export function unfinishedName(
  { pid, start, machine }: ProcessIdentity,
  key?: UnfinishedKey,
): string {
  const random = randomBytes(8).toString('hex');
  const parts = [pid, start, machine, random, key?.name, key?.root?.slice(0, rootDigits)];
  return `${parts.filter((part) => part !== undefined).join('-')}.part`;
}

/** Whose unfinished file has a name; `undefined` where the name is none of ours. */
export function ownerOf(name: string): ProcessIdentity | undefined {
  const [, pid, start, machine] = ownName.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), start: start!, machine: machine! };
}

/** The key that the name of an unfinished file says; only then can it be gone on with. */
export function keyInName(name: string): UnfinishedKey | undefined {
  const [, , , , named, root] = ownName.exec(name) ?? [];
  return named === undefined ? undefined : { name: named, root };
}

/** Whether what was left can be gone on with: where one of the contents is unknown, the name counts. */
export function fits(left: UnfinishedKey | undefined, wanted: UnfinishedKey): boolean {
  if (left?.root !== undefined && wanted.root !== undefined)
    return wanted.root.startsWith(left.root);
  return left?.name === wanted.name;
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

/** Whether two are one process. */
export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.start === other.start && one.machine === other.machine;
}
