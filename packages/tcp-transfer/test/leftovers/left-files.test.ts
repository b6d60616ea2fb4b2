// The bound for what failed downloads leave in a folder, and what is never removed.
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeldFolder, leftFiles, removeLeftFiles } from '../../src/index.ts';
import { DownloadFolder } from '../../src/storage/download-folder.ts';
import { removeOldest } from '../../src/leftovers/left-files.ts';
import { ownIdentity } from '../../src/leftovers/process-identity.ts';
import { unfinishedName } from '../../src/leftovers/unfinished-name.ts';
import { temporaryFolder } from '../support/helpers.ts';

const fileBytes = 64 * 1024;

/** Leaves a file for each age in hours, and returns the hidden folder and the names. */
async function leaving(folder: string, ...ages: number[]): Promise<[string, string[]]> {
  const hidden = join(folder, '.peerlane');
  await mkdir(hidden, { mode: 0o700, recursive: true });
  const dead = { ...ownIdentity(), start: '000000000000' };
  const names: string[] = [];
  for (const [index, age] of ages.entries()) {
    const name = unfinishedName(dead, { name: String(index).padStart(16, '0') });
    await writeFile(join(hidden, name), Buffer.alloc(fileBytes, 'x'));
    const time = Date.now() / 1000 - age * 3600;
    await utimes(join(hidden, name), time, time);
    names.push(name);
  }
  return [hidden, names];
}

describe('what downloads have left in a folder', () => {
  it('The oldest goes first when more is left than the bound, and the newest always stays', async () => {
    const [hidden, [old, middle, newest]] = await leaving(await temporaryFolder(), 3, 2, 1);
    await using held = await HeldFolder.open(hidden);
    await removeOldest(held, new Set(), 3 * fileBytes);
    expect((await readdir(hidden)).sort()).toEqual([old, middle, newest].sort());
    await removeOldest(held, new Set(), 2 * fileBytes);
    expect((await readdir(hidden)).sort()).toEqual([middle, newest].sort());
    await removeOldest(held, new Set(), 1);
    expect(await readdir(hidden)).toEqual([newest]);
  });

  it('A file that a download is writing is neither listed nor removed', async () => {
    const path = await temporaryFolder();
    await leaving(path, 1, 2);
    const target = await DownloadFolder.open(path);
    const writing = await target.createUnfinished({ name: 'f'.repeat(16) });
    expect(await leftFiles(path)).toHaveLength(2);
    expect(await removeLeftFiles(path)).toHaveLength(2);
    expect(await readdir(join(path, '.peerlane'))).toEqual([writing.name]);
    await writing.handle.close();
    target.leaveUnfinished(writing);
    expect(await leftFiles(path)).toHaveLength(1);
    await target.release();
  });

  it('Files that are none of ours stay in the hidden folder', async () => {
    const path = await temporaryFolder();
    const [hidden] = await leaving(path, 1);
    await writeFile(join(hidden, 'notes.part'), 'x');
    expect(await removeLeftFiles(path)).toHaveLength(1);
    expect(await readdir(hidden)).toEqual(['notes.part']);
    expect(await removeLeftFiles(join(path, 'missing'))).toEqual([]);
  });
});
