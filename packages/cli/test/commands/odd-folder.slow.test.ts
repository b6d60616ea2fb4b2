// A folder with everything in it that a disk can have, between two programs.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { events, run } from '../support/guests.ts';
import { it, type Lab } from '../support/lab.ts';
import { asUser } from '../support/program.ts';

const user = asUser();
const missing = process.platform === 'win32' || process.platform === 'darwin' || user.missing;
const reason = 'such names and such files are those of Linux, and need a user who is not root';

const deep = [...Array.from({ length: 63 }, (_, level) => `level-${level}`), 'bottom.txt'];

/** Two names of one file where case or the form of letters does not count; the first comes. */
const clashes = [
  ['A.txt', 'a.txt'],
  ['e\u0301.txt', '\u00e9.txt'],
] as const;

const longest = 'n'.repeat(255);

/** What comes, by its path. */
const files: Readonly<Record<string, string>> = {
  [deep.join('/')]: 'at the bottom\n',
  [longest]: 'a long name\n',
  [`${'ü'.repeat(127)}x`]: 'a long name of letters of two bytes\n',
  ' a, "b" ü': 'odd letters\n',
  'empty.txt': '',
  'run.sh': '#!/bin/sh\n',
  'several/pieces.bin': 'several pieces\n'.repeat(60_000),
  'several/packs.bin': 'more than a pack\n'.repeat(300_000),
  ...Object.fromEntries(clashes.map(([first]) => [first, first])),
};

async function makeOdd(lab: Lab): Promise<string> {
  const above = await lab.folder();
  const at = (name: string): string => join(above, 'odd', name);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(at(name), '..'), { recursive: true });
    await writeFile(at(name), content);
    await utimes(at(name), 1_000_000, 1_000_000);
  }
  for (const [, second] of clashes) await writeFile(at(second), 'comes too late');
  await mkdir(at('no/thing/here'), { recursive: true });
  await mkdir(at(Array.from({ length: 65 }, () => 'd').join('/')), { recursive: true });
  await writeFile(at('tab\t'), 'a name that no other system has');
  await chmod(at('run.sh'), 0o755);
  await symlink('run.sh', at('link'));
  await symlink('/etc', at('link-out'));
  execFileSync('mkfifo', [at('fifo')]);
  await writeFile(at('secret'), 'secret');
  await chmod(at('secret'), 0o000);
  await writeFile(at('.hidden'), 'hidden');
  await chmod(above, 0o755);
  return above;
}

it('All that can be had of an odd folder comes with its times and rights, the rest is listed with its reason', async ({
  lab,
  skip,
}) => {
  skip(missing, reason);
  const above = await makeOdd(lab);
  const place = { XDG_CACHE_HOME: join(above, 'none'), HOME: '/nonexistent' };
  const { address } = await lab.start(above, { within: user.within, env: place, cwd: '/' });
  const cwd = await lab.folder();
  const got = await run(lab, cwd, 'get', 'odd/', '--peer', address, '--json');
  const all = events(got);
  const problems = all.flatMap((event) =>
    event.event === 'folder-problem' ? [`${event.path.join('/')}: ${event.kind}`] : [],
  );
  expect(problems.sort()).toEqual(
    [
      ...clashes.map(([, second]) => `${second}: clash`),
      ...['fifo', 'link', 'link-out', 'secret'].map((name) => `${name}: omitted`),
      'tab\t: bad-name',
      // The last folder that a path can name, as what is in it cannot be listed.
      `${Array.from({ length: 64 }, () => 'd').join('/')}: omitted`,
    ].sort(),
  );
  expect(got.code).toBe(1);
  const at = (name: string): string => join(cwd, 'odd', name);
  for (const [name, content] of Object.entries(files)) {
    expect(String(await readFile(at(name))) === content, name).toBe(true);
    expect((await stat(at(name))).mtimeMs, name).toBe(1_000_000_000);
  }
  expect((await stat(at('run.sh'))).mode & 0o100).toBe(0o100);
  expect((await stat(at('empty.txt'))).mode & 0o100).toBe(0);
  expect((await stat(at('no/thing/here'))).isDirectory()).toBe(true);
  await expect(stat(at('.hidden'))).rejects.toThrow('ENOENT');
});

it('Files that change or vanish while a folder comes are had as they are now, or listed', async ({
  lab,
}) => {
  const above = await lab.folder();
  const names = Array.from({ length: 60 }, (_, each) => `file-${String(each).padStart(2, '0')}`);
  const content = 'x'.repeat(100_000);
  await mkdir(join(above, 'moving'));
  for (const name of names) await writeFile(join(above, 'moving', name), content);
  const { address } = await lab.start(above);
  const cwd = await lab.folder();
  const args = ['get', 'moving/', '--peer', address, '--limit-rate', '2M', '--json'];
  const getting = lab.run({ args, cwd, env: { P2P_PORT: '0' } });
  // All is listed, and most of it has yet to come.
  await getting.says(/"isListed":true/);
  const changed = names.slice(-20);
  for (const name of changed.slice(0, 10)) await writeFile(join(above, 'moving', name), 'other');
  for (const name of changed.slice(10)) await rm(join(above, 'moving', name));
  const code = await getting.exit;
  const listed = events(getting).flatMap((event) =>
    event.event === 'folder-problem' ? [event.path.join('/')] : [],
  );
  expect(changed).toEqual(expect.arrayContaining(listed));
  expect(code).toBe(listed.length > 0 ? 1 : 0);
  for (const name of names) {
    const got = await readFile(join(cwd, 'moving', name), 'utf8').catch(() => undefined);
    if (listed.includes(name)) expect(got, name).toBeUndefined();
    else expect([content, 'other'].includes(got!), name).toBe(true);
  }
});
