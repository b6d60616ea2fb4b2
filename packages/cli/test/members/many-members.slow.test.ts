// Commands in a cluster of more members than one peer names at once, or than a signal has listeners.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createNode, type PeerlaneNode } from '../../src/node/index.ts';
import { it, type Lab } from '../support/lab.ts';

const addressOf = ({ address }: PeerlaneNode): string => `${address.host}:${address.port}`;

/** Starts nodes that share one file each, of which all but the first know only the first. */
async function clusterOf(
  count: number,
  lab: Lab,
): Promise<{ readonly peer: string; readonly warnings: readonly string[] } & AsyncDisposable> {
  const nodes: PeerlaneNode[] = [];
  const warnings: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const folder = await lab.folder();
    await writeFile(join(folder, `${n}.txt`), String(n));
    await writeFile(join(folder, 'same.bin'), 'x'.repeat(2_000_000));
    const members = nodes.slice(0, 1).map(addressOf);
    const node = createNode({ folder, port: 0, discovery: false, members });
    node.on('warning', (message) => warnings.push(message));
    nodes.push(node);
    await node.start();
  }
  return {
    peer: addressOf(nodes[0]!),
    warnings,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

it('A guest that is told of one peer asks all whom that peer knows, without a warning of the runtime', async ({
  lab,
}) => {
  await using cluster = await clusterOf(14, lab);
  const { peer } = cluster;
  const run = async (...args: string[]): Promise<[number, string, string]> => {
    const guest = lab.run({ args: [...args, '--peer', peer], cwd: await lab.folder() });
    guest.endInput();
    return [await guest.exit, guest.stdout, guest.stderr];
  };
  for (const name of ['13.txt', '7.txt', '0.txt', 'same.bin']) {
    const [code, , stderr] = await run('get', name);
    expect([code, stderr], name).toEqual([0, '']);
  }
  const [missing, , reason] = await run('get', 'nothing.at-all');
  expect([missing, reason]).toEqual([3, 'p2p: Nobody has "nothing.at-all".\n']);
  const [code, found, stderr] = await run('search');
  expect([code, stderr]).toEqual([0, '']);
  for (let n = 0; n < 14; n += 1) expect(found).toContain(` ${n}.txt\n`);
});

it('A node with many members causes no warning of the runtime', async ({ lab }) => {
  await using cluster = await clusterOf(14, lab);
  const { peer } = cluster;
  const { node } = await lab.start(await lab.folder(), { cluster: peer });
  node.type('get same.bin', 'search', 'status', 'get 9.txt', 'list', 'quit');
  await node.exit;
  expect(node.stdout).toContain('Received file completely!');
  expect(node.stderr).toBe('');
});

it('Sources that are no longer needed cause no warning, neither here nor there', async ({
  lab,
}) => {
  await using cluster = await clusterOf(6, lab);
  for (const target of [[], ['-o', '-']]) {
    const args = ['get', 'same.bin', ...target, '--peer', cluster.peer];
    const guest = lab.run({ args, cwd: await lab.folder() });
    expect([await guest.exit, guest.stderr]).toEqual([0, '']);
  }
  expect(cluster.warnings).toEqual([]);
});
