// Which configuration files are trusted, by their owners and modes.
import { describe, expect, it } from 'vitest';
import {
  distrustOf,
  distrustOfLink,
  type FoundFile,
  type Owned,
  hasNobodyElse,
} from '../../src/files/file-trust.ts';

const [me, other, root] = [4001, 4002, 0];
/** A group that is in no table: anybody may be in it. */
const group = 424_242;

const of = (uid: number, mode: number): Owned => ({ uid, gid: group, mode });
const good: FoundFile = {
  file: { ...of(me, 0o100644), nlink: 1 },
  folders: [of(me, 0o040755)],
};

describe('a configuration file that was found', () => {
  it('A configuration file is not read through a link of another user', () => {
    for (const uid of [me, root]) expect(distrustOfLink({ uid }, me)).toBeUndefined();
    expect(distrustOfLink({ uid: other }, me)).toBe('is a link of another user (uid 4002)');
  });

  it.each<[string, Partial<FoundFile>]>([
    ['is mine, as my folder is', {}],
    ['is mine, in a folder of root', { folders: [of(root, 0o040755)] }],
    ['is mine, in a sticky folder for all', { folders: [of(root, 0o041777)] }],
    ['belongs to root', { file: { ...of(root, 0o100644), nlink: 1 } }],
    ['has another name in my own folders', { file: { ...good.file, nlink: 2 } }],
  ])('A configuration file is trusted if it %s', async (_, change) => {
    expect(await distrustOf({ ...good, ...change }, me)).toBeUndefined();
  });

  it.each<[string, Partial<FoundFile>]>([
    ['belongs to another user (uid 4002)', { file: { ...of(other, 0o100600), nlink: 1 } }],
    ['can be changed by others (mode 646)', { file: { ...of(me, 0o100646), nlink: 1 } }],
    ['can be changed by others (mode 664)', { file: { ...of(me, 0o100664), nlink: 1 } }],
    ['can be changed by others (mode 666)', { file: { ...of(root, 0o100666), nlink: 1 } }],
    ['is in a folder of another user (uid 4002)', { folders: [of(other, 0o040755)] }],
    ['is in a folder of another user (uid 4002)', { folders: [of(other, 0o041777)] }],
    ['can be replaced by others (its folder: 777)', { folders: [of(me, 0o040777)] }],
    ['can be replaced by others (its folder: 775)', { folders: [of(me, 0o040775)] }],
    ['can be replaced by others (its folder: 773)', { folders: [of(me, 0o040755), of(me, 0o773)] }],
    [
      'has more than one name, and others may write to its folder',
      { file: { ...good.file, nlink: 2 }, folders: [of(root, 0o041777)] },
    ],
  ])('A configuration file is refused if it %s', async (fault, change) => {
    expect(await distrustOf({ ...good, ...change }, me)).toBe(fault);
  });

  it('Root refuses the configuration file of a user', async () => {
    expect(await distrustOf(good, root)).toBe('belongs to another user (uid 4001)');
  });
});

describe('a group', () => {
  const users = 'root:x:0:0::/root:/bin/sh\nmeg:x:4001:4001::/home/meg:/bin/sh\n';

  it.each([
    ['is private where nobody else is in it', 'staff:x:50:\nmeg:x:4001:\n', users, true],
    ['is private where it names its user alone', 'meg:x:4001:meg\n', users, true],
    ['is not where it names somebody else', 'meg:x:4001:meg,www-data\n', users, false],
    [
      'is not where another user has it as the main one',
      'meg:x:4001:\n',
      `${users}bob:x:4002:4001::\n`,
      false,
    ],
    ['is not where the system knows it from elsewhere', 'staff:x:50:\n', users, false],
  ])('%s', (_, groups, passwd, expected) => {
    expect(hasNobodyElse({ uid: 4001, gid: 4001 }, groups, passwd)).toBe(expected);
  });

  it('A group whose number is not that of its user is not private', () => {
    expect(hasNobodyElse({ uid: 4001, gid: 50 }, 'staff:x:50:\n', users)).toBe(false);
  });
});
