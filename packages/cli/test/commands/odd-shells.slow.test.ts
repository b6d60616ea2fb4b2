// Downloads as odd shells and services start them.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { holder } from '../support/guests.ts';
import { it } from '../support/lab.ts';

const noShell = process.platform === 'win32';
const shell = (line: string): string[] => ['sh', '-c', line, 'sh'];

it('A received file has the mode that the umask leaves it', async ({ lab, skip }) => {
  skip(noShell, 'Windows has no modes');
  const address = await holder(lab, { 'a.txt': 'hello' });
  for (const [mask, mode] of [
    ['077', 0o600],
    ['002', 0o664],
  ] as const) {
    const cwd = await lab.folder();
    const args = ['get', 'a.txt', '--peer', address];
    const get = lab.run({ args, cwd, within: shell(`umask ${mask}; exec "$@"`) });
    expect(await get.exit).toBe(0);
    expect((await stat(join(cwd, 'a.txt'))).mode & 0o777).toBe(mode);
  }
});

it('A download needs none of the standard streams', async ({ lab, skip }) => {
  skip(noShell, 'this is about descriptors of POSIX');
  const address = await holder(lab, { 'a.txt': 'hello' });
  const cwd = await lab.folder();
  const args = ['get', 'a.txt', '--peer', address];
  const get = lab.run({ args, cwd, within: shell('exec "$@" <&- >&- 2>&-') });
  expect(await get.exit).toBe(0);
  expect(await readFile(join(cwd, 'a.txt'), 'utf8')).toBe('hello');
});
