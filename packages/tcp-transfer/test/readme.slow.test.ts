// The examples of the README, which run as they stand there.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { temporaryFolder } from './support/helpers.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));

it.each([
  ['first', 0, 'sent hello.txt: 12 bytes\nHello, peer!\n'],
  ['verified', 1, '6 bytes of root 467877c0\n'],
  ['folder', 3, '2 files of 10 bytes, 2 fetched\n2 files of 10 bytes, 0 fetched\n'],
  ['sending', 4, 'received\nTake this!\n'],
  ['sealed', 5, 'Hello, member!\n'],
  ['catalog', 2, 'goodbye.txt: 6 bytes\nhello.txt: 6 bytes\n'],
])('The %s example of the README runs', async (_which, index, expected) => {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  const [, example] = [...readme.matchAll(/```js\n([\s\S]*?)```/g)][index]!;
  const folder = await temporaryFolder();
  const outfile = join(folder, 'example.mjs');
  await build({
    stdin: { contents: example!, resolveDir: packageFolder },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['@peerlane/source'],
  });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], {
    // The examples leave their folders behind.
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
  });
  expect(stdout).toBe(expected);
});
