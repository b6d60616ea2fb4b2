// Two other users of this machine: a victim and an attacker.
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Lab } from './lab.ts';
import { program } from './program.ts';

/** The numbers of two users other than the one who runs the test. */
export const victim = 65_533;
export const attacker = 65_534;

/** The command that runs a program as the victim. */
export const asVictim: readonly string[] = [
  ...['setpriv', `--reuid=${victim}`, `--regid=${victim}`, '--clear-groups', '--'],
];

/** The reason why the test cannot become another user, or `false` if it can. */
export function noOthers(): false | string {
  if (process.getuid?.() !== 0) return 'only root can become other users';
  const [file, ...args] = [...asVictim, process.execPath, program, '--version'];
  const { error, status } = spawnSync(file, args);
  if (error)
    return 'programs are run as other users by setpriv(1) of util-linux, which is not here';
  return status !== 0 && 'other users may not read the program';
}

/** A folder that everybody may write to: sticky as /tmp is, or open to removals by everybody. */
export async function openFolder(lab: Lab, kind: 'sticky' | 'open'): Promise<string> {
  const outer = await lab.folder();
  await chmod(outer, 0o755);
  const path = join(outer, 'into');
  await mkdir(path);
  await chmod(path, kind === 'sticky' ? 0o1777 : 0o777);
  return path;
}

/** A folder of the victim with files that must not be lost. */
export async function homeOf(lab: Lab): Promise<string> {
  const outer = await lab.folder();
  await chmod(outer, 0o755);
  const home = join(outer, 'home');
  await mkdir(join(home, 'deep'), { recursive: true });
  for (const name of precious) await writeFile(join(home, name), 'mine');
  for (const name of ['', 'deep', ...precious]) await chown(join(home, name), victim, victim);
  return home;
}

const precious = ['a.txt', join('deep', 'a.txt')];

/** Expects that no file of the victim is missing, changed or added. */
export async function expectUntouched(home: string): Promise<void> {
  expect((await readdir(home, { recursive: true })).sort()).toEqual(['a.txt', 'deep', precious[1]]);
  for (const name of precious) expect(await readFile(join(home, name), 'utf8')).toBe('mine');
}
