// Files that the index of a shared folder does not have yet.
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiskLook, maxLooks } from '../../src/names/disk-look.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { readServed, shareUnwatched, temporaryFolder } from '../support/helpers.ts';

describe('a look at the disk', () => {
  it('A file put into the folder a moment ago is found before the index has it', async () => {
    const path = await temporaryFolder();
    const folder = await shareUnwatched(path);
    expect(await folder.statusOf('new.txt')).toBeUndefined();
    await writeFile(join(path, 'new.txt'), 'hello');
    expect(folder.has('new.txt')).toBe(false);
    expect(await folder.statusOf('new.txt')).toMatchObject({ filename: 'new.txt', size: 5 });
    expect(await readServed(folder, 'new.txt')).toBe('hello');
  });

  it('Nothing is found by a look that the index would not have', async () => {
    const path = await temporaryFolder();
    const outside = await temporaryFolder();
    await writeFile(join(outside, 'link'), 'secret');
    const folder = await shareUnwatched(path);
    await writeFile(join(path, '.hidden'), 'secret');
    await mkdir(join(path, 'folder'));
    await writeFile(join(path, 'folder', 'inner'), 'x');
    await symlink(join(outside, 'link'), join(path, 'link'));
    const names = ['.hidden', 'link', 'folder', '.', '..', '', 'a\0b', 'x'.repeat(5000), 'inner'];
    for (const name of [...names, '../link', `${outside}/link`])
      expect([name, await folder.statusOf(name), await folder.openFile(name)]).toEqual([
        name,
        undefined,
        undefined,
      ]);
  });

  it('A flood of names that are not there reaches the disk 100 times a second', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'there'), '');
    const clock = new ManualClock();
    const disk = new DiskLook(clock);
    for (let asked = 0; asked < maxLooks; asked += 1) await disk.find(path, 'missing');
    expect(await disk.find(path, 'there')).toEqual([]);
    clock.advance(1000);
    expect(await disk.find(path, 'there')).toEqual(['there']);
  });
});
