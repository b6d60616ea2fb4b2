// A process with nothing but a download, which stays alive until that has ended.
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { bundleProgram } from '../support/bundle.ts';
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
    await bundleProgram(new URL('../support/child-download.ts', import.meta.url), program);
    await promisify(execFile)(process.execPath, [program, `${address.port}`, into, ...rate]);
    for (const name of ['one', 'other']) expect((await stat(join(into, name))).size).toBe(size);
  },
);
