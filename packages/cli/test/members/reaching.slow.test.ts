// Peers on the network that are named on the command line of a node or guest without --lan.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it } from '../support/lab.ts';
import { Machines } from '../support/machines.ts';

const impossible = Machines.impossible();
const onNetwork = /^p2p: 10\.77\.1\.1:1378 is on the network, .*: add --lan, or --host /m;

it.skipIf(impossible !== undefined)(
  'A guest reaches a peer of the network that is named, and a node that shares says what to add',
  async ({ lab }) => {
    using machines = new Machines(2);
    machines.connect(0, 1, 1);
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'a');
    const holder = lab.run({
      within: machines.within(0),
      args: ['start', '--host', '0.0.0.0', '--folder', folder],
    });
    await holder.says(/^Ready: /);
    const run = async (...args: string[]): Promise<[number, string, string]> => {
      const program = lab.run({ within: machines.within(1), args, cwd: await lab.folder() });
      program.endInput();
      return [await program.exit, program.stdout, program.stderr];
    };
    for (const flag of ['--peer', '--cluster'])
      expect(await run('get', 'a.txt', flag, '10.77.1.1:1378')).toEqual([
        0,
        'Received "a.txt" (1 B).\n',
        '',
      ]);
    const [, found] = await run('search', '--peer', '10.77.1.1:1378');
    expect(found).toContain('a.txt');
    const bound = await run('get', 'a.txt', '--host', '127.0.0.1', '--peer', '10.77.1.1:1378');
    expect([bound[0], bound[2]]).toEqual([2, expect.stringMatching(onNetwork)]);
    const node = await run('start', '--folder', folder, '--cluster', '10.77.1.1:1378');
    expect([node[0], node[2]]).toEqual([2, expect.stringMatching(onNetwork)]);
    await lab.close();
  },
);

it('The prompt for the members says what to add for one that this node does not reach', async ({
  lab,
}) => {
  const node = lab.run({ env: { P2P_PORT: '0', P2P_FOLDER: await lab.folder() } });
  node.type('10.77.1.1', '[fd00::1]:1379', 'q', 'list', 'quit');
  expect(await node.exit).toBe(1);
  expect(node.stderr.split('\n')).toEqual([
    expect.stringMatching(/^10\.77\.1\.1:1378 is on the network, .*: add --lan, or --host /),
    expect.stringMatching(/^\[fd00::1\]:1379 is on the network, .*: add --host ::\.$/),
    '',
  ]);
  expect(node.stdout).toContain('Cluster members:\n  (none yet)\n');
});
