// Other users of the same machine, for tests that must not let them do harm.
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from './helpers.ts';
import { isRoot } from './small-disk.ts';

/** The numbers of two users of this machine, neither of which runs the test. */
export const victim = 65_533;
export const attacker = 65_534;

/** The reason why the test cannot act as other users here; `false` if it can. */
export const noOthers: false | string =
  process.platform === 'win32'
    ? 'Windows has no user ids'
    : !isRoot && 'only root can become other users';

/** A folder that others may write to: a sticky one like /tmp, or one whose entries anyone may remove. */
export async function openFolder(kind: 'sticky' | 'open'): Promise<string> {
  const outer = await temporaryFolder();
  const path = join(outer, 'into');
  await mkdir(path);
  for (const each of [outer, path]) await chmod(each, kind === 'sticky' ? 0o1777 : 0o777);
  return path;
}

/** The content of all files of a {@link Home}. */
export const mine: Buffer = Buffer.from('mine');

/** A folder of the victim that no attack may change. */
export class Home {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<Home> {
    const outer = await temporaryFolder();
    await chmod(outer, 0o755);
    const path = join(outer, 'home');
    await mkdir(join(path, 'deep'), { recursive: true });
    for (const name of ['file', 'precious', join('deep', 'precious')])
      await writeFile(join(path, name), mine);
    for (const name of ['', 'deep', 'file', 'precious', join('deep', 'precious')])
      await chown(join(path, name), victim, victim);
    // A process that follows a link into the folder must find files there.
    await chmod(path, 0o755);
    return new Home(path);
  }

  /** Expects that nothing is removed, changed or added. */
  async expectUntouched(): Promise<void> {
    const found = await readdir(this.path, { recursive: true });
    expect(found.sort()).toEqual(['deep', join('deep', 'precious'), 'file', 'precious']);
    for (const name of ['file', 'precious', join('deep', 'precious')])
      expect(await readFile(join(this.path, name))).toEqual(mine);
  }
}

const linkProtection = '/proc/sys/fs/protected_symlinks';

/**
 * Makes the system follow links of others in folders like /tmp until the test ends, as it does by
 * default on some systems.
 *
 * @returns the reason why that is not possible, or `false`
 */
export function withoutLinkProtection(): false | string {
  if (process.platform !== 'linux') return false;
  try {
    const before = readFileSync(linkProtection, 'utf8');
    writeFileSync(linkProtection, '0');
    onTestFinished(() => {
      writeFileSync(linkProtection, before);
    });
    return false;
  } catch {
    return 'fs.protected_symlinks cannot be set here';
  }
}
