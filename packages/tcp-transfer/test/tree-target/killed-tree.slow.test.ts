// A process that writes a tree is killed: all that has a name is whole, and the next run finishes the rest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleProgram } from '../support/bundle.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { contentOf, killedTree } from '../support/killed-tree.ts';
import { Random } from '../support/random.ts';
import { found, openTree } from '../support/trees.ts';

it.each(['sync', 'no sync'])(
  'A process that is killed leaves whole files and hidden ones, which the next run clears (%s)',
  async (sync) => {
    const random = new Random();
    const program = join(await temporaryFolder(), 'child.mjs');
    const child = new URL('../support/child-tree.ts', import.meta.url);
    await bundleProgram(child, program, { format: 'esm', minify: false });
    for (let round = 0; round < 2; round += 1) {
      const into = await temporaryFolder();
      const writer = spawn(process.execPath, [program, into, sync], { stdio: 'inherit' });
      const ended = once(writer, 'exit');
      const most = Math.floor(random.below(600));
      // Once so many folders are there, it is in the middle of its work.
      while (
        writer.exitCode === null &&
        (await readdir(join(into, 'tree'), { recursive: true }).catch(() => [])).length < most
      );
      writer.kill('SIGKILL');
      await ended;
      const left = await found(join(into, 'tree')).catch(() => ({}));
      for (const [name, content] of Object.entries(left)) {
        if (content === undefined || name.startsWith('.peerlane')) continue;
        const number = Number(name.split('/').at(-1));
        expect(content === contentOf(number).toString('latin1'), `${random.seed} ${name}`).toBe(
          true,
        );
      }
      const target = await openTree(into);
      for (const files of killedTree()) {
        const compared = await target.compare(files.map(({ entry }) => entry));
        const missing = files.filter((_, at) => compared[at]!.state !== 'same');
        expect(compared.some(({ state }) => state === 'other')).toBe(false);
        const placed = await target.place(missing);
        expect(placed.every(({ state }) => state === 'placed')).toBe(true);
      }
      await target.finish();
      const all = Object.keys(await found(join(into, 'tree')));
      expect([all.length, all.filter((name) => name.startsWith('.'))]).toEqual([12 * 65, []]);
    }
  },
);
