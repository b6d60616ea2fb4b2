// Peers that are named by a name without an address, on a machine that asks no resolver outside.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';

const impossible = Machines.impossible();

it.skipIf(impossible !== undefined)(
  'A command says that no address was found for the name of a peer, not that nobody runs there',
  async ({ lab }) => {
    using machines = new Machines(1);
    const within = machines.within(0);
    const cwd = await lab.folder();
    const run = async (...args: string[]): Promise<[number, string, string]> => {
      const program = lab.run({ within, args, cwd });
      program.endInput();
      return [await program.exit, program.stdout, program.stderr.replace(/^Warning: .*\n/gm, '')];
    };
    const said =
      'p2p: No address was found for the name nas.invalid: check how it is written, ' +
      'or use the IP address of that machine\n';
    for (const command of [['list'], ['search'], ['status'], ['get', 'a.txt']])
      expect(await run(...command, '--peer', 'nas.invalid')).toEqual([1, '', said]);
    await writeFile(join(cwd, 'a.txt'), 'a');
    const holder = lab.run({ within, args: ['start', '--folder', cwd] });
    await holder.says(/^Ready: /);
    const peers = ['--peer', 'nas.invalid', '--peer', '127.0.0.1'];
    expect(await run('get', 'a.txt', ...peers)).toEqual([0, 'You already have "a.txt".\n', '']);
    await lab.close();
  },
);
