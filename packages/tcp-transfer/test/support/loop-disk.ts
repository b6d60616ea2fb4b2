// Disks in a file, of the file systems that machines of other kinds have.
import { execFileSync, spawnSync } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './helpers.ts';
import { maySmallDisk } from './small-disk.ts';

/** A kind of disk. `fusefat` is FAT as well, where the kernel has none. */
export type LoopKind = 'ext4' | 'vfat' | 'fusefat' | 'exfat' | 'ntfs';

interface Making {
  readonly make: readonly [program: string, ...flags: string[]];
  /** The commands of which one mounts it, by the kernel or by a program. */
  readonly mounts: readonly (readonly [program: string, ...flags: string[]])[];
}

/** How each is made, and mounted with the rules for names that its own system has. */
const kinds: Readonly<Record<LoopKind, Making>> = {
  ext4: { make: ['mkfs.ext4', '-q'], mounts: [['mount', '-t', 'ext4', '-o', 'loop']] },
  vfat: { make: ['mkfs.vfat'], mounts: [['mount', '-t', 'vfat', '-o', 'loop,utf8']] },
  fusefat: { make: ['mkfs.vfat'], mounts: [['fusefat', '-o', 'rw+']] },
  exfat: {
    make: ['mkfs.exfat'],
    mounts: [
      ['mount', '-t', 'exfat', '-o', 'loop'],
      ['mount', '-t', 'exfat-fuse', '-o', 'loop'],
    ],
  },
  ntfs: {
    make: ['mkfs.ntfs', '-F', '-Q'],
    mounts: [
      ['mount', '-t', 'ntfs3', '-o', 'loop,windows_names'],
      ['mount', '-t', 'ntfs-3g', '-o', 'loop,windows_names'],
    ],
  },
};

/** Mounts a disk of 64 MiB until the test ends; `undefined` if this machine cannot. */
export async function loopDisk(kind: LoopKind): Promise<string | undefined> {
  if (!maySmallDisk) return undefined;
  const { make, mounts } = kinds[kind];
  const image = join(await temporaryFolder(), 'disk');
  const path = await temporaryFolder();
  await writeFile(image, '');
  await truncate(image, 64 * 1024 * 1024);
  const [maker, ...flags] = make;
  if (!succeeds(maker, [...flags, image])) return undefined;
  if (!mounts.some(([program, ...args]) => succeeds(program, [...args, image, path])))
    return undefined;
  onTestFinished(() => void execFileSync('umount', [path]));
  return path;
}

function succeeds(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
