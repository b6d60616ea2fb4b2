// Downloads of whole folders into places where somebody else puts links, pipes and other folders.
import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/helpers.ts';
import { found, openTree, received } from '../support/trees.ts';

const onLinux = it.skipIf(process.platform !== 'linux');

/** A folder to download into, and another one that no download may touch. */
async function scene(): Promise<{ readonly into: string; readonly home: string }> {
  const [into, home] = [await temporaryFolder(), await temporaryFolder()];
  await mkdir(join(into, 'tree'));
  await writeFile(join(home, 'precious'), 'mine');
  return { into, home };
}

const untouched = { precious: 'mine' };

describe('TreeTarget, in a hostile folder', () => {
  it('A link in the place of the whole folder is not followed', async () => {
    const { into, home } = await scene();
    await rm(join(into, 'tree'), { recursive: true });
    await symlink(home, join(into, 'tree'));
    await expect(openTree(into)).rejects.toMatchObject({ code: 'exists' });
    expect(await found(home)).toEqual(untouched);
  });

  it('A link in the place of a folder is not followed, whatever is to happen there', async () => {
    const { into, home } = await scene();
    await symlink(home, join(into, 'tree', 'a'));
    const target = await openTree(into, { existing: 'replace' });
    const file = await received(['a', 'precious'], 'new!');
    const same = await received(['a', 'precious'], 'mine', { exec: true });
    expect(await target.compare([file.entry, same.entry])).toEqual([
      { state: 'other' },
      { state: 'other' },
    ]);
    expect(await target.place([file])).toMatchObject([{ state: 'failed' }]);
    await expect(target.makeFolder(['a', 'b'])).rejects.toMatchObject({ code: 'exists' });
    await expect(target.folderFor(['a', 'b'])).rejects.toMatchObject({ code: 'exists' });
    expect(await target.copy((await received(['b'], 'mine')).entry)).toBe(false);
    expect(await found(home)).toEqual(untouched);
  });

  it('A link in the place of a file is neither read nor written through', async () => {
    const { into, home } = await scene();
    await symlink(join(home, 'precious'), join(into, 'tree', 'a'));
    const target = await openTree(into, { existing: 'replace' });
    const same = await received(['a'], 'mine', { exec: true });
    expect(await target.compare([same.entry])).toEqual([{ state: 'other' }]);
    const file = await received(['a'], 'new!');
    expect(await target.place([file])).toEqual([{ state: 'placed', created: true }]);
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ a: 'new!' });
    expect(await found(home)).toEqual(untouched);
  });

  onLinux('A pipe in the place of a file stops nothing', async () => {
    const { into } = await scene();
    execFileSync('mkfifo', [join(into, 'tree', 'a')]);
    const target = await openTree(into);
    const large = await received(['a'], Buffer.alloc(5_000_000));
    const file = await received(['a'], 'new');
    expect(await target.compare([file.entry, large.entry])).toEqual([
      { state: 'other' },
      { state: 'other' },
    ]);
    expect(await target.copy((await received(['b'], '')).entry)).toBe(false);
    expect(await target.place([file])).toEqual([{ state: 'placed', created: true }]);
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ a: 'special', 'a (1)': 'new' });
  });

  it('A link in the place of the hidden folder is not used', async () => {
    const { into, home } = await scene();
    await symlink(home, join(into, 'tree', '.peerlane'));
    const target = await openTree(into).catch(() => undefined);
    await target?.place([await received(['a'], 'new')]);
    await target?.finish();
    expect(await found(home)).toEqual(untouched);
  });

  onLinux('Folders that are exchanged meanwhile get nothing', async () => {
    const { into, home } = await scene();
    const target = await openTree(into);
    await target.makeFolder(['a']);
    await rename(join(into, 'tree', 'a'), join(into, 'moved'));
    await symlink(home, join(into, 'tree', 'a'));
    const file = await received(['a', 'file'], 'new');
    expect(await target.place([file])).toEqual([{ state: 'placed', created: true }]);
    await rename(join(into, 'tree'), join(into, 'old'));
    await symlink(home, join(into, 'tree'));
    expect(await target.place([await received(['b'], 'b')])).toMatchObject([{ state: 'placed' }]);
    await target.finish();
    expect(await found(home)).toEqual(untouched);
    expect(await found(join(into, 'moved'))).toEqual({ file: 'new' });
    expect(await found(join(into, 'old'))).toMatchObject({ b: 'b' });
  });

  it('The hidden folder may be removed meanwhile', async () => {
    const { into } = await scene();
    const target = await openTree(into);
    await rm(join(into, 'tree', '.peerlane'), { recursive: true });
    const files = [await received(['a'], 'a'), await received(['b'], 'b')];
    expect(await target.place(files)).toMatchObject([{ state: 'placed' }, { state: 'placed' }]);
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ a: 'a', b: 'b' });
  });
});
