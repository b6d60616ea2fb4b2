// Shared folders that are odd: too deep, with names that are no text, or behind a link that is switched.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SharedFolder } from '../../src/index.ts';
import { readServed, share, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

const onLinux = process.platform === 'linux';

/** Shares a folder in virtual time, and says what is wrong with it. */
async function sharing(path: string): Promise<{
  readonly folder: SharedFolder;
  readonly warnings: string[];
  readonly rescan: () => Promise<unknown>;
}> {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const watch = (): { close: () => void } => ({ close: () => undefined });
  const on = { warning: ({ message }: Error) => warnings.push(message) };
  const folder = await share(path, { clock, watch, on });
  const rescan = (): Promise<unknown> => {
    const added = once(folder, 'added');
    clock.advance(30_020);
    return added;
  };
  return { folder, warnings, rescan };
}

describe.skipIf(!onLinux)('a folder whose path is longer than the system allows', () => {
  it('One subfolder that is too deep is told once, and all others are watched and shared', async () => {
    const path = await temporaryFolder();
    const name = 'd'.repeat(200);
    const dig = `for i in $(seq 25); do mkdir ${name} && cd ${name} || exit 0; done`;
    execFileSync('sh', ['-c', dig], { cwd: path, stdio: 'ignore' });
    // Node removes nothing that deep.
    onTestFinished(() => void execFileSync('rm', ['-rf', join(path, name)]));
    const warnings: string[] = [];
    const folder = await share(path, { on: { warning: (error) => warnings.push(error.message) } });
    for (const sub of ['late', 'later']) {
      const added = once(folder, 'added');
      await mkdir(join(path, sub));
      await writeFile(join(path, sub, `${sub}.txt`), sub);
      await added;
      expect(await readServed(folder, `${sub}.txt`)).toBe(sub);
    }
    expect(warnings).toEqual([
      'a folder of the shared folder lies too deep: what is below it is not shared',
    ]);
  });
});

describe.skipIf(!onLinux)('names that are no UTF-8', () => {
  it('Files whose names are no UTF-8 are counted in a warning, once until there are more', async () => {
    const path = await temporaryFolder();
    const make = (name: string): Promise<void> =>
      writeFile(Buffer.concat([Buffer.from(`${path}/`), Buffer.from(name, 'latin1')]), '');
    await make('caf\xe9.txt');
    await writeFile(join(path, 'a \ufffd.txt'), 'a name with the sign for no text');
    const { folder, warnings, rescan } = await sharing(path);
    expect(await folder.namesAfter(undefined, 9)).toEqual(['a \ufffd.txt']);
    await writeFile(join(path, 'b.txt'), '');
    await rescan();
    expect(warnings).toEqual([
      'the shared folder holds a file whose name is no UTF-8: rename what is to be shared',
    ]);
    await make('na\xefve.txt');
    await writeFile(join(path, 'c.txt'), '');
    await rescan();
    expect(warnings.slice(1)).toEqual([
      'the shared folder holds 2 files whose names are no UTF-8: rename what is to be shared',
    ]);
  });
});

describe.skipIf(process.platform === 'win32')('a shared folder that is a link', () => {
  it('If the link is switched, the folder that it leads to now is shared', async () => {
    const path = await temporaryFolder();
    for (const version of ['one', 'two']) {
      await mkdir(join(path, version));
      await writeFile(join(path, version, `${version}.txt`), version);
    }
    await symlink('one', join(path, 'current'));
    const { folder, rescan } = await sharing(join(path, 'current'));
    expect(folder.path).toBe(join(path, 'one'));
    await symlink('two', join(path, 'next'));
    await rename(join(path, 'next'), join(path, 'current'));
    await rescan();
    expect(folder.path).toBe(join(path, 'two'));
    expect(await readServed(folder, 'two.txt')).toBe('two');
    expect(folder.has('one.txt')).toBe(false);
  });

  it('A link that leads nowhere for a moment changes nothing', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, 'one'));
    await symlink('one', join(path, 'current'));
    const { folder, rescan } = await sharing(join(path, 'current'));
    await symlink('nowhere', join(path, 'next'));
    await rename(join(path, 'next'), join(path, 'current'));
    await writeFile(join(path, 'one', 'a.txt'), 'a');
    await rescan();
    expect(await readServed(folder, 'a.txt')).toBe('a');
  });
});
