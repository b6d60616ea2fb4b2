// The command `join` of a session, in real processes.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { it } from '../support/lab.ts';

describe.concurrent('join', () => {
  it('A running session joins a node by its address or its name, and gets files from it', async ({
    lab,
  }) => {
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'a');
    const holder = await lab.start(folder);
    const [, port] = holder.address.split(':');
    for (const typed of [holder.address, `localhost:${port}`]) {
      const asker = await lab.start(await lab.folder());
      asker.node.type(`join ${typed}`, `join ${typed}`, 'list', 'get a.txt', 'quit');
      expect(await asker.node.exit).toBe(0);
      expect(asker.node.stdout).toContain(
        `Joined ${typed}.\n${typed} is already a member.\n` +
          `Cluster members:\n  1. ${holder.address}\n`,
      );
      expect(asker.node.stdout).toContain('Received file completely!\n');
      expect(asker.node.stderr).toBe('');
    }
  });

  it('Several nodes are joined at once, and each that does not answer is named', async ({
    lab,
  }) => {
    const [one, two] = [await lab.start(await lab.folder()), await lab.start(await lab.folder())];
    const asker = await lab.start(await lab.folder());
    asker.node.type(`join ${one.address}, ${two.address} 127.0.0.9`, 'quit');
    expect(await asker.node.exit).toBe(1);
    expect(asker.node.stdout).toContain(`Joined ${one.address}.\n`);
    expect(asker.node.stdout).toContain(`Joined ${two.address}.\n`);
    expect(asker.node.stderr).toBe(
      'No answer from 127.0.0.9:1378: p2p is not running there, on that UDP port, or a firewall stops it, ' +
        'or it is sealed (p2p join gets its key), or it is a node of version 1, which answers only requests for files that it has: ' +
        'p2p get --peer 127.0.0.9:1378 FILENAME. It will be retried for a while.\n',
    );
  });

  it('What cannot be joined is refused in one line that says why', async ({ lab }) => {
    const { node, address } = await lab.start(await lab.folder());
    node.type('join', 'join node2:', 'join 192.168.7.7', `join ${address}`, 'joni a', 'quit');
    expect(await node.exit).toBe(1);
    const [nothing, ...others] = node.stderr.split('\n');
    expect(nothing).toBe('Expected an address: join HOST[:PORT].');
    expect(others).toEqual([
      '"node2:" is not an address: expected HOST or HOST:PORT, such as 192.168.1.7 or node2:1378.',
      expect.stringMatching(
        /^192\.168\.7\.7:1378 is on the network, which a node on 127\.0\.0\.1 does not reach: add --lan/,
      ),
      `This node itself has the address ${address}.`,
      expect.stringMatching(/^Unknown command "joni a"\. Did you mean "join"\?/),
      '',
    ]);
  });

  it('The words of an invitation lead to the command that accepts them', async ({ lab }) => {
    const { node } = await lab.start(await lab.folder());
    node.type('join 4 icon fox', 'quit');
    expect(await node.exit).toBe(1);
    expect(node.stderr).toBe(
      'An invitation is accepted in another terminal: p2p join 4-icon-fox. ' +
        'Then start this session anew.\n',
    );
  });

  it('A node is told that an address is its own, by whichever name of this machine', async ({
    lab,
  }) => {
    const [, port] = (await lab.start(await lab.folder())).address.split(':');
    const own = await lab.start(await lab.folder());
    const [, ownPort] = own.address.split(':');
    own.node.type(`join localhost:${ownPort}`, `join localhost:${port}`, 'quit');
    expect(await own.node.exit).toBe(1);
    expect(own.node.stderr).toBe(`This node itself has the address localhost:${ownPort}.\n`);
    expect(own.node.stdout).toContain(`Joined localhost:${port}.\n`);
  });

  it('A session of version 1 adds a node to its list, whether or not it is there', async ({
    lab,
  }) => {
    const env = { P2P_PROTOCOL: '1' };
    const { node } = await lab.start(await lab.folder(), { env });
    node.type('join 127.0.0.9', 'list', 'quit');
    expect(await node.exit).toBe(0);
    expect(node.stdout).toContain(
      'Added 127.0.0.9:1378 to the members.\nCluster members:\n  1. 127.0.0.9:1378\n',
    );
  });
});
