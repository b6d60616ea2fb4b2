// The names of unfinished files: which process writes a file, and what it will become. Pure.
import { createHash, randomBytes } from 'node:crypto';
import type { Liveness, ProcessIdentity } from './process-identity.ts';

/**
 * How long an unfinished file may be unchanged, in milliseconds, if it is unknown whether its process
 * runs. A running download writes all the time.
 */
const abandonedAfter = 60 * 60 * 1000;

/** The key by which a later download finds an unfinished file. */
export interface UnfinishedKey {
  /** A digest of the filename and the size, which are always known: 16 hexadecimal digits. */
  readonly name: string;
  /** The root of the content, if it is known, in hexadecimal digits. The name has the first of them. */
  readonly root?: string | undefined;
}

/** The key of a content. */
export function contentKey(filename: string, size: number, root?: string): UnfinishedKey {
  const digest = createHash('sha256').update(`${filename}\n${size}`).digest('hex');
  return { name: digest.slice(0, 16), root };
}

/**
 * How many digits of each part are in a name. A key need not be unique: all pieces are verified. Earlier
 * versions wrote more of each.
 */
const digits = { process: 8, random: 6, name: 12, root: 10 } as const;

const ownName =
  /^(\d{1,10})-([0-9a-f]{8}|[0-9a-f]{12})-([0-9a-f]{8}|[0-9a-f]{12})-(?:[0-9a-f]{6}|[0-9a-f]{16})(?:-([0-9a-f]{12}|[0-9a-f]{16})(?:-([0-9a-f]{10}|[0-9a-f]{16}))?)?\.part$/;

/**
 * A name for an unfinished file, made of its process and its key, never of the name that the file is to
 * get. It has at most 64 bytes: some disks allow no more than 143, and few programs expect more.
 */
export function unfinishedName(process: ProcessIdentity, key?: UnfinishedKey): string {
  const random = randomBytes(digits.random / 2).toString('hex');
  const content = [key?.name.slice(0, digits.name), key?.root?.slice(0, digits.root)];
  const parts = [random, ...content].filter((part) => part !== undefined);
  return `${unfinishedPrefix(process)}${parts.join('-')}.part`;
}

/** What all names of a process begin with; six hexadecimal digits and `.part` make one of it. */
export function unfinishedPrefix({ pid, start, machine }: ProcessIdentity): string {
  const parts = [start, machine].map((part) => part.slice(0, digits.process));
  return `${[pid, ...parts].join('-')}-`;
}

/** The process whose unfinished file has a name; `undefined` for the name of any other file. */
export function ownerOf(name: string): ProcessIdentity | undefined {
  const [, pid, start, machine] = ownName.exec(name) ?? [];
  if (pid === undefined) return undefined;
  const [began, on] = [start!, machine!].map((part) => part.slice(0, digits.process));
  return { pid: Number(pid), start: began!, machine: on! };
}

/** The key in the name of an unfinished file; without one, no download can go on with it. */
export function keyInName(name: string): UnfinishedKey | undefined {
  const [, , , , named, root] = ownName.exec(name) ?? [];
  if (named === undefined) return undefined;
  return { name: named.slice(0, digits.name), root: root?.slice(0, digits.root) };
}

/** What the names of copies begin with that lie beside the file that they become. */
const copyPrefix = '.peerlane-';

/** A name for a copy beside the name that it is to get. It is hidden, and says which process makes it. */
export function nameOfCopy(process: ProcessIdentity): string {
  return copyPrefix + unfinishedName(process);
}

/** The process that makes the copy of a name; `undefined` for the name of any other file. */
export function copierOf(name: string): ProcessIdentity | undefined {
  return name.startsWith(copyPrefix) ? ownerOf(name.slice(copyPrefix.length)) : undefined;
}

/** Whether a file that was left has a wanted key. If the root of one is unknown, the name counts. */
export function fits(left: UnfinishedKey | undefined, wanted: UnfinishedKey): boolean {
  if (left?.root !== undefined && wanted.root !== undefined)
    return wanted.root.startsWith(left.root);
  return left !== undefined && wanted.name.startsWith(left.name);
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
  const state = stateOf(owner, self, liveness);
  return state === 'ended' || (state === 'unknown' && untouched >= abandonedAfter);
}

/**
 * What is known of the process that writes an unfinished file. The processes of another machine, or of
 * another container, cannot be seen; and some systems do not say since when a process runs.
 */
export function stateOf(
  owner: ProcessIdentity,
  self: ProcessIdentity,
  liveness: (pid: number) => Liveness,
): 'running' | 'ended' | 'unknown' {
  if (owner.machine !== self.machine) return 'unknown';
  if (owner.pid === self.pid) return owner.start === self.start ? 'running' : 'ended';
  const found = liveness(owner.pid);
  if (typeof found === 'string') return found === 'dead' ? 'ended' : 'unknown';
  return found.start === owner.start ? 'running' : 'ended';
}

/** Whether two identities are of one process. */
export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.start === other.start && one.machine === other.machine;
}
