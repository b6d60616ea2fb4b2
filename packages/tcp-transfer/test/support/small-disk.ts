import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './helpers.ts';

export const isRoot: boolean = process.getuid?.() === 0;

/** Whether a test has the right to mount one. */
export const maySmallDisk: boolean = process.platform === 'linux' && isRoot;

/** A disk of its own for a test. */
export async function smallDisk(options: string): Promise<string> {
  const path = await temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'peerlane-test', path]);
  onTestFinished(() => void execFileSync('umount', [path]));
  return path;
}
