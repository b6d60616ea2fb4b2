// Whether the path by which a folder was named leads there through no link of another user.
import { lstat, readlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { HeldFolder } from './held-folder.ts';
import { TransferError } from './transfer-error.ts';

/** As many links as Linux follows in one path. */
const maxLinks = 40;

/**
 * Checks that the path of an open folder leads to just this folder, through links of this user and of
 * root alone: whoever may put a link on the way chooses which of this user's folders it is.
 *
 * @throws TransferError `disk` where it does not; the system's error where it leads nowhere by now
 */
export async function verifyNamedWay(folder: HeldFolder): Promise<void> {
  const self = process.geteuid?.();
  // Windows has no user ids.
  if (self === undefined || (await folder.liesAt(await followOwnLinks(folder.path, self)))) return;
  throw new TransferError('disk', `${folder.path} is another folder by now`);
}

/** The same path without links. */
async function followOwnLinks(path: string, self: number): Promise<string> {
  let place = isAbsolute(path) ? '/' : process.cwd();
  const todo = path.split('/');
  for (let links = 0; todo.length > 0;) {
    const next = join(place, todo.shift()!);
    const target = await targetOf(next, self);
    if (target === undefined) {
      place = next;
      continue;
    }
    links += 1;
    if (links > maxLinks) throw new TransferError('disk', `${path} leads through too many links`);
    if (isAbsolute(target)) place = '/';
    todo.unshift(...target.split('/'));
  }
  return place;
}

/** Where a link leads; `undefined` for what is no link. */
async function targetOf(path: string, self: number): Promise<string | undefined> {
  const status = await lstat(path);
  if (!status.isSymbolicLink()) return undefined;
  const target = await readlink(path);
  // Another link may have taken its place before it was read.
  if ([self, 0].includes(status.uid) && (await lstat(path)).ino === status.ino) return target;
  throw new TransferError(
    'disk',
    `${path} is a link of another user: to replace a file, name the folder that it leads to`,
  );
}
