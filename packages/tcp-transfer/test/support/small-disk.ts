// Small disks for tests that need a full one, or another one.
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './helpers.ts';

export const isRoot: boolean = process.getuid?.() === 0;

/** Whether a test may mount a small disk. */
export const maySmallDisk: boolean = process.platform === 'linux' && isRoot;

/** Mounts a disk in memory until the test ends; `options` are those of tmpfs. */
export async function smallDisk(options: string): Promise<string> {
  const path = await temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'peerlane-test', path]);
  onTestFinished(() => void execFileSync('umount', [path]));
  return path;
}
