import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/helpers.ts';
import { sharing } from '../support/peers.ts';

const mebibyte = 1024 * 1024;

it.each([
  ['as fast as it comes', 64 * mebibyte, []],
  ['at a limited rate', 4 * mebibyte, [`${4 * mebibyte}`]],
])(
  'A download that runs %s keeps its process alive until it has ended',
  async (_how, size, rate) => {
    const { address } = await sharing({ file: size });
    const into = await temporaryFolder();
    const program = join(await temporaryFolder(), 'download.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('../support/child-download.ts', import.meta.url))],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      conditions: ['@peerlane/source'],
    });
    await promisify(execFile)(process.execPath, [program, `${address.port}`, into, ...rate]);
    for (const name of ['one', 'other']) expect((await stat(join(into, name))).size).toBe(size);
  },
);
