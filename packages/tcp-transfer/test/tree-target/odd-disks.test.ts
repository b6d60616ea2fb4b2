// Whole folders on disks that are full, cannot be written to, or know no links and no capital letters.
import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TransferError } from '../../src/index.ts';
import { hiddenFolder } from '../../src/leftovers/hidden-folder.ts';
import { HeldFolder } from '../../src/paths/held-folder.ts';
import { TreeDisk } from '../../src/tree-target/tree-disk.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { loopDisk, type LoopKind } from '../support/loop-disk.ts';
import { maySmallDisk, smallDisk } from '../support/small-disk.ts';
import { found, openTree, received } from '../support/trees.ts';

const placed = { state: 'placed', created: true };
const mebibyte = 1024 * 1024;

/** Whether a tree on a disk is in memory. */
async function isInMemory(into: string): Promise<boolean> {
  const disk = await TreeDisk.open(into, 'tree', undefined);
  await disk.close({ isFinished: false });
  return disk.habits.isMemory;
}

/** Disks that take capital letters for small ones. The system copies nothing where no mode can be set. */
const fatDisks: readonly { readonly kind: LoopKind; readonly canCopy: boolean }[] = [
  { kind: 'vfat', canCopy: true },
  { kind: 'fusefat', canCopy: false },
  { kind: 'exfat', canCopy: true },
];

describe('TreeTarget, on an odd disk', () => {
  it('A disk in memory is known, where nothing has to be synced', async ({ skip }) => {
    skip(!maySmallDisk, 'needs the right to mount a small disk');
    expect(await isInMemory(await smallDisk('size=1m'))).toBe(true);
  });

  it('A disk in a file is not taken for memory', async ({ skip }) => {
    const into = await loopDisk('vfat');
    if (into === undefined) return skip('needs a disk of this kind in a file');
    expect(await isInMemory(into)).toBe(false);
  });

  it.for(fatDisks.flatMap((disk) => [false, true].map((sync) => ({ ...disk, sync }))))(
    'On a FAT disk files are placed, found again, and never take the name of another spelling ($kind, synced: $sync)',
    async ({ kind, canCopy, sync }, { skip }) => {
      const into = await loopDisk(kind);
      if (into === undefined) return skip('needs a disk of this kind in a file');
      const target = await openTree(into, { sync });
      const files = [await received(['Folder', 'Name'], 'a'), await received(['b'], 'b')];
      expect(await target.place(files)).toEqual([placed, placed]);
      const wanted = files.map(({ entry }) => entry);
      expect(await target.compare(wanted)).toEqual([{ state: 'same' }, { state: 'same' }]);
      const clashes = [await received(['folder', 'x'], 'x'), await received(['B'], 'b')];
      expect(await target.compare(clashes.map(({ entry }) => entry))).toEqual([
        { state: 'other' },
        { state: 'other' },
      ]);
      expect(await target.place(clashes)).toMatchObject([
        { state: 'failed', error: { code: 'exists' } },
        { state: 'exists' },
      ]);
      await expect(target.makeFolder(['FOLDER'])).rejects.toMatchObject({ code: 'exists' });
      expect(await target.copy((await received(['copy'], 'b')).entry)).toBe(canCopy);
      await target.finish();
      const there = {
        Folder: undefined,
        'Folder/Name': 'a',
        b: 'b',
        ...(canCopy && { copy: 'b' }),
      };
      expect(await found(join(into, 'tree'))).toEqual(there);
    },
  );

  it.for([false, true])(
    'A disk that fills up is told as that, and only whole files stay (synced: %s)',
    async (sync, { skip }) => {
      skip(!maySmallDisk, 'needs the right to mount a small disk');
      const into = await smallDisk('size=4m');
      const target = await openTree(into, { sync });
      const content = Buffer.alloc(mebibyte, 'x');
      const files = [];
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
        files.push(await received([name, name], content));
      const error = await target.place(files).catch((thrown: unknown) => thrown);
      expect(TransferError.is(error) && error.code).toBe('no-space');
      expect(await target.compare([files[0]!.entry])).toEqual([{ state: 'same' }]);
      await expect(target.copy({ ...files[0]!.entry, path: ['g'] })).rejects.toMatchObject({
        code: 'no-space',
      });
      await target.close();
      for (const [name, there] of Object.entries(await found(join(into, 'tree')))) {
        expect(name).toMatch(/^[a-f]/);
        expect(there === undefined || there.length === mebibyte).toBe(true);
      }
    },
  );

  it('On a disk that links nothing, files are placed, and none is overwritten', async ({
    skip,
  }) => {
    skip(!maySmallDisk, 'needs the right to mount a folder');
    const into = await temporaryFolder();
    const hidden = join(into, 'tree', hiddenFolder);
    for (const path of [hidden, join(into, 'other')])
      await mkdir(path, { recursive: true, mode: 0o700 });
    execFileSync('mount', ['--bind', join(into, 'other'), hidden]);
    onTestFinished(() => void execFileSync('umount', [hidden]));
    await writeFile(join(into, 'tree', 'b'), 'mine');
    const target = await openTree(into);
    const files = [await received(['a', 'a'], 'a'), await received(['b'], 'b')];
    expect(await target.place(files)).toEqual([placed, placed]);
    await target.finish();
    const there = { 'a/a': 'a', b: 'mine', 'b (1)': 'b' };
    expect(await found(join(into, 'tree'))).toMatchObject(there);
    expect(await found(join(into, 'other'))).toEqual({});
  });

  it('What is in a folder that cannot be written to fails, and the rest is placed', async ({
    skip,
  }) => {
    skip(!maySmallDisk, 'needs the right to mount a small disk');
    const into = await temporaryFolder();
    const fixed = join(into, 'tree', 'fixed');
    await mkdir(fixed, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'peerlane-test', fixed]);
    onTestFinished(() => void execFileSync('umount', [fixed]));
    const target = await openTree(into);
    const files = [await received(['fixed', 'a'], 'a'), await received(['b'], 'b')];
    expect(await target.place(files)).toMatchObject([
      { state: 'failed', error: { code: 'EROFS' } },
      placed,
    ]);
    await expect(target.makeFolder(['fixed', 'c'])).rejects.toMatchObject({ code: 'disk' });
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ b: 'b', fixed: undefined });
    await expect(openTree(fixed)).rejects.toMatchObject({ code: 'disk' });
  });
});

describe('TreeTarget, where a folder is reached by its path', () => {
  it('Files are placed, found, and copied', async () => {
    const into = await temporaryFolder();
    await using outer = await HeldFolder.open(into, () => undefined);
    const target = await openTree(outer);
    const files = [await received(['a', 'b', 'c'], 'a'), await received(['d'], 'd')];
    expect(await target.place(files)).toEqual([placed, placed]);
    expect(await target.compare(files.map(({ entry }) => entry))).toEqual([
      { state: 'same' },
      { state: 'same' },
    ]);
    expect(await target.copy((await received(['a', 'd'], 'd')).entry)).toBe(true);
    await target.finish();
    const there = { 'a/b/c': 'a', 'a/d': 'd', d: 'd' };
    expect(await found(join(into, 'tree'))).toMatchObject(there);
  });

  it('Folders that are exchanged for links get nothing', async () => {
    const [into, home] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(home, 'precious'), 'mine');
    await using outer = await HeldFolder.open(into, () => undefined);
    const target = await openTree(outer, { existing: 'replace' });
    await target.makeFolder(['a']);
    await rename(join(into, 'tree', 'a'), join(into, 'moved'));
    await symlink(home, join(into, 'tree', 'a'));
    const file = await received(['a', 'precious'], 'new!');
    await expect(target.place([file])).rejects.toMatchObject({ code: 'disk' });
    const beside = await received(['a', 'beside'], 'new!');
    await expect(target.place([beside])).rejects.toMatchObject({ code: 'disk' });
    await expect(target.compare([file.entry])).rejects.toMatchObject({ code: 'disk' });
    await target.close();
    expect(await found(home)).toEqual({ precious: 'mine' });
  });
});
