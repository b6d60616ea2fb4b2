// Disks in a file, of the file systems that machines of other kinds have.
import { execFileSync } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './helpers.ts';
import { maySmallDisk } from './small-disk.ts';

/** How each is made and mounted; with the rules for names that its own system has. */
const kinds = {
  ext4: { make: ['mkfs.ext4', '-q'], type: 'ext4', options: 'loop' },
  vfat: { make: ['mkfs.vfat'], type: 'vfat', options: 'loop,utf8' },
  exfat: { make: ['mkfs.exfat'], type: 'exfat', options: 'loop' },
  ntfs: { make: ['mkfs.ntfs', '-F', '-Q'], type: 'ntfs3', options: 'loop,windows_names' },
} as const;

export type LoopKind = keyof typeof kinds;

/** Mounts a disk of 64 MiB until the test ends; `undefined` if this machine cannot. */
export async function loopDisk(kind: LoopKind): Promise<string | undefined> {
  if (!maySmallDisk) return undefined;
  const { make, type, options } = kinds[kind];
  const image = join(await temporaryFolder(), 'disk');
  const path = await temporaryFolder();
  await writeFile(image, '');
  await truncate(image, 64 * 1024 * 1024);
  try {
    execFileSync(make[0], [...make.slice(1), image], { stdio: 'ignore' });
    execFileSync('mount', ['-t', type, '-o', options, image, path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', [path]));
  return path;
}
