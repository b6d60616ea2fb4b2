// Whether the group of a file has one user alone, by the tables of the system.
import { readFile } from 'node:fs/promises';

/** A user and a group, by their numbers. */
export interface UserAndGroup {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whether a user is the only one of a group. Many systems make such a group for each user and let it
 * write to the user's files: then only the user can write there.
 */
export async function isPrivateGroup(numbers: UserAndGroup): Promise<boolean> {
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
