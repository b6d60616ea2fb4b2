// Follows the path by which a user named a file or a folder, and finds the links on it that belong to
// other users: such a link can lead anywhere.
import { lstat, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { HeldFolder } from './held-folder.ts';
import { isSamePath } from './same-path.ts';
import { TransferError } from '../transfer-error.ts';

/** The most links that are followed in one path: as many as Linux follows. */
const maxLinks = 40;

/** A path that was followed to its end. */
interface Way {
  /** The same path without links. */
  readonly place: string;
  /** The links on it that belong neither to this user nor to root. */
  readonly foreign: readonly Link[];
}

interface Link {
  readonly path: string;
  /** The id of its owner. */
  readonly uid: number;
  readonly target: string;
}

/**
 * Checks that the path of an open folder leads to just this folder, through links of this user and of
 * root alone.
 *
 * @throws TransferError `disk` if it does not; the system's error if it leads nowhere by now
 */
export async function verifyNamedWay(folder: HeldFolder): Promise<void> {
  // Windows has no user ids.
  if (process.geteuid === undefined) return;
  const { place, foreign } = await followLinks(folder.path);
  if (foreign[0])
    throw new TransferError(
      'disk',
      `${foreign[0].path} is a link of another user: to replace a file, name the folder that it leads to`,
    );
  if (await folder.liesAt(place)) return;
  throw new TransferError('disk', `${folder.path} was replaced by another folder`);
}

/**
 * Resolves the path of a file or a folder that is to be shared. A link of another user may lead only to
 * something that belongs to that user.
 *
 * @throws Error if one leads to something else; the system's error if there is nothing
 */
export async function resolveShared(path: string): Promise<string> {
  const { place, foreign } = await followLinks(path);
  const { uid } = await lstat(place);
  const strange = foreign.find((link) => link.uid !== uid);
  if (strange)
    throw new Error(`${strange.path} is a link of another user to something that is not theirs`);
  // On a disk that does not tell capital letters apart, this is how the disk spells the path.
  const spelt = await realpath(place);
  if (isSamePath(spelt, place)) return spelt;
  throw new Error(`${path} now leads elsewhere`);
}

/** Whether all links on a path belong to this user or to root. */
export async function leadsThroughOwnLinks(path: string): Promise<boolean> {
  return (await followLinks(path)).foreign.length === 0;
}

/** Follows a path by all of its links. */
async function followLinks(path: string): Promise<Way> {
  const self = process.geteuid?.();
  if (self === undefined) return { place: await realpath(path), foreign: [] };
  // The system refuses an empty path, and one on which a file stands in the place of a folder.
  await lstat(path);
  const foreign: Link[] = [];
  let place = isAbsolute(path) ? '/' : process.cwd();
  const todo = path.split('/');
  for (let links = 0; todo.length > 0;) {
    const next = join(place, todo.shift()!);
    const link = await linkAt(next);
    if (!link) {
      place = next;
      continue;
    }
    links += 1;
    if (links > maxLinks) throw new Error(`${path} leads through too many links`);
    if (![self, 0].includes(link.uid)) foreign.push(link);
    if (isAbsolute(link.target)) place = '/';
    todo.unshift(...link.target.split('/'));
  }
  return { place, foreign };
}

/** @throws Error if another link takes its place meanwhile */
async function linkAt(path: string): Promise<Link | undefined> {
  const status = await lstat(path);
  if (!status.isSymbolicLink()) return undefined;
  const target = await readlink(path);
  if ((await lstat(path)).ino !== status.ino)
    throw new Error(`${path} was replaced by another link`);
  return { path, uid: status.uid, target };
}
