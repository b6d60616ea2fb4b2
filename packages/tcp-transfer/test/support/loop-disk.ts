// Disks in a file, of the file systems that machines of other kinds have.
import { execFileSync, spawnSync } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './helpers.ts';
import { maySmallDisk } from './small-disk.ts';

/**
 * How each is made, and mounted: by the kernel, or else by a program; with the rules for names that its own
 * system has.
 */
const kinds = {
  ext4: { make: ['mkfs.ext4', '-q'], types: ['ext4'], options: 'loop' },
  vfat: { make: ['mkfs.vfat'], types: ['vfat'], options: 'loop,utf8' },
  exfat: { make: ['mkfs.exfat'], types: ['exfat', 'exfat-fuse'], options: 'loop' },
  ntfs: {
    make: ['mkfs.ntfs', '-F', '-Q'],
    types: ['ntfs3', 'ntfs-3g'],
    options: 'loop,windows_names',
  },
} as const;

export type LoopKind = keyof typeof kinds;

/** Mounts a disk of 64 MiB until the test ends; `undefined` if this machine cannot. */
export async function loopDisk(kind: LoopKind): Promise<string | undefined> {
  if (!maySmallDisk) return undefined;
  const { make, types, options } = kinds[kind];
  const image = join(await temporaryFolder(), 'disk');
  const path = await temporaryFolder();
  await writeFile(image, '');
  await truncate(image, 64 * 1024 * 1024);
  const [maker, ...flags] = make;
  if (!succeeds(maker, [...flags, image])) return undefined;
  if (!types.some((type) => succeeds('mount', ['-t', type, '-o', options, image, path])))
    return undefined;
  onTestFinished(() => void execFileSync('umount', [path]));
  return path;
}

function succeeds(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
