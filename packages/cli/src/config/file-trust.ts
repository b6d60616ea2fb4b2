// Whether a file that was found, and not named by the user, can have been written by somebody else.
import { isPrivateGroup, type UserAndGroup } from './private-group.ts';

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

function octal({ mode }: Owned): string {
  return (mode & 0o7777).toString(8).padStart(3, '0');
}
