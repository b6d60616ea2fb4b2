// Whether a file that was found, and not named by the user, can have been written by somebody else.
import { readFile } from 'node:fs/promises';

/** The owner, the group and the mode of a file or a folder. */
export interface Owned extends UserAndGroup {
  readonly mode: number;
}

/** A file that was found, with the links and folders on the way. */
export interface FoundFile {
  /** The file that was opened; `nlink`: how many names it has. */
  readonly file: Owned & { readonly nlink: number };
  /** The folders in which it, or a link to it, could be replaced. */
  readonly folders: readonly Owned[];
}

const [groupWrites, othersWrite, sticky] = [0o020, 0o002, 0o1000];
const [groupReads, othersRead] = [0o040, 0o004];
const root = 0;

/** Why a link to such a file is not followed; `undefined` if this user or root has made it. */
export function distrustOfLink(link: Pick<Owned, 'uid'>, uid: number): string | undefined {
  if (link.uid === uid || link.uid === root) return undefined;
  return `is a link of another user (uid ${link.uid})`;
}

/**
 * Why a file may have been written by another user; `undefined` if only the user with the number
 * `uid` and root can have written it and put it there.
 */
export async function distrustOf(
  { file, folders }: FoundFile,
  uid: number,
): Promise<string | undefined> {
  const isOther = (each: Owned): boolean => each.uid !== uid && each.uid !== root;
  if (isOther(file)) return `belongs to another user (uid ${file.uid})`;
  if (await isOpen(file)) return `can be changed by others (mode ${octal(file)})`;
  for (const folder of folders) {
    if (isOther(folder)) return `is in a folder of another user (uid ${folder.uid})`;
    if (!(await isOpen(folder))) continue;
    // In a sticky folder others cannot replace this file, but they can link a file of the user there.
    if (!(folder.mode & sticky)) return `can be replaced by others (its folder: ${octal(folder)})`;
    if (file.nlink > 1) return `has more than one name, and others may write to its folder`;
  }
  return undefined;
}

/** Whether other users than the owner may write to a file or a folder. */
async function isOpen(owned: Owned): Promise<boolean> {
  if (owned.mode & othersWrite) return true;
  return (owned.mode & groupWrites) !== 0 && !(await isPrivateGroup(owned));
}

/** Whether other users than the owner may read a file. */
export async function isReadableByOthers(owned: Owned): Promise<boolean> {
  if (owned.mode & othersRead) return true;
  return (owned.mode & groupReads) !== 0 && !(await isPrivateGroup(owned));
}

/** The permissions of a file as `chmod` takes them. */
export function octal({ mode }: Pick<Owned, 'mode'>): string {
  return (mode & 0o7777).toString(8).padStart(3, '0');
}

/** A user and a group, by their numbers. */
interface UserAndGroup {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whether a user is the only one of a group. Many systems make such a group for each user and let it
 * write to the user's files: then only the user can write there.
 */
async function isPrivateGroup(numbers: UserAndGroup): Promise<boolean> {
  const [groups, users] = await Promise.all(
    ['/etc/group', '/etc/passwd'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return hasNobodyElse(numbers, groups!, users!);
}

/**
 * The same by the lines of `/etc/group` and `/etc/passwd`. By convention a private group has the number
 * and the name of its user.
 */
export function hasNobodyElse({ uid, gid }: UserAndGroup, groups: string, users: string): boolean {
  const group = fieldsOf(groups).find(([, , number]) => number === String(gid));
  if (!group || uid !== gid) return false;
  const [name, , , members = ''] = group;
  return (
    members.split(',').every((member) => member === '' || member === name) &&
    fieldsOf(users).every(([, , user, main]) => main !== String(gid) || user === String(uid))
  );
}

function fieldsOf(text: string): string[][] {
  return text.split('\n').map((line) => line.split(':'));
}
