// The life of a node from `start` to `close`: calls that come too early, twice, or too late.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { createNode, NodeError, type PeerlaneNode } from '../../src/node/index.ts';
import { it, type Lab } from '../support/lab.ts';
import { unusedPort } from '../support/program.ts';

/** An address of this machine at which nobody listens. */
const nobody = '127.77.1.1:1378';

/** Fails where something still listens on a TCP port. */
async function expectUnused(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
}

/** A node that has a file of a megabyte, and one that knows it. */
async function pair(
  lab: Lab,
  options: Parameters<typeof createNode>[0] = {},
): Promise<{ readonly holder: PeerlaneNode; readonly asker: PeerlaneNode }> {
  const folder = await lab.folder();
  await writeFile(join(folder, 'large.bin'), Buffer.alloc(1_000_000, 1));
  const holder = createNode({ folder, port: 0, discovery: false });
  await holder.start();
  const members = [`127.0.0.1:${holder.address.port}`];
  const asker = createNode({ folder: await lab.folder(), port: 0, members, ...options });
  await asker.start();
  return { holder, asker };
}

describe('the start of a node', () => {
  it('A node that is started several times starts once, and closes all that it has opened', async ({
    lab,
  }) => {
    const tcpPort = await unusedPort();
    const node = createNode({ folder: await lab.folder(), port: 0, tcpPort, discovery: false });
    await Promise.all([node.start(), node.start()]);
    const { address } = node;
    await node.start();
    expect(node.address).toBe(address);
    await node.close();
    await expectUnused(tcpPort);
  });

  it('A start fails if the node is closed meanwhile, and nothing remains open', async ({ lab }) => {
    const tcpPort = await unusedPort();
    const node = createNode({ folder: await lab.folder(), port: 0, tcpPort, discovery: false });
    const failed = expect(node.start()).rejects.toMatchObject({ code: 'closed' });
    await node.close();
    await failed;
    await expectUnused(tcpPort);
    await expect(node.start()).rejects.toMatchObject({ code: 'closed' });
  });

  it('A start that fails because of a bad network leaves nothing open', async ({ lab }) => {
    const tcpPort = await unusedPort();
    const folder = await lab.folder();
    const options = { folder, port: 0, tcpPort, discovery: false, allow: ['nonsense'] };
    const node = createNode(options);
    await expect(node.start()).rejects.toThrow('expected a network');
    await node.close();
    await expectUnused(tcpPort);
  });

  it('A start that has failed can be repeated', async ({ lab }) => {
    const tcpPort = await unusedPort();
    const server = createServer().listen(tcpPort, '127.0.0.1');
    await once(server, 'listening');
    await using node = createNode({
      folder: await lab.folder(),
      port: 0,
      tcpPort,
      discovery: false,
    });
    await expect(node.start()).rejects.toMatchObject({ code: 'bind' });
    server.close();
    await once(server, 'close');
    await node.start();
    expect(node.tcpAddress.port).toBe(tcpPort);
  });
});

const uses: readonly (readonly [string, (node: PeerlaneNode) => unknown])[] = [
  ['address', (node) => node.address],
  ['tcpAddress', (node) => node.tcpAddress],
  ['shared', (node) => node.shared()],
  ['members', (node) => node.members()],
  [
    'join',
    (node) => {
      node.join(nobody);
    },
  ],
  ['find', (node) => node.find('a')],
  ['search', (node) => node.search()],
  ['get', (node) => node.get('a')],
];

describe.each(uses)('%s', (name, use) => {
  const code = async (node: PeerlaneNode): Promise<unknown> => {
    try {
      return await use(node);
    } catch (error) {
      return NodeError.is(error) ? error.code : error;
    }
  };

  it(`${name} fails with a code before the start and after the close`, async () => {
    const node = createNode({ port: 0, guest: true, discovery: false });
    expect(await code(node)).toBe('not-started');
    await node.start();
    await node.close();
    expect(await code(node)).toBe('closed');
  });
});

describe('the close of a node', () => {
  it('The close of a node ends a download with the error `closed`', async ({ lab }) => {
    const { holder, asker } = await pair(lab);
    const sending = once(holder, 'sending');
    const failed = expect(asker.get('large.bin', { limitRate: 20_000 })).rejects.toMatchObject({
      code: 'closed',
    });
    await sending;
    await asker.close();
    await failed;
    await holder.close();
  });

  it('The close of a node ends requests without an answer with the error `closed`', async ({
    lab,
  }) => {
    const members = [nobody];
    const node = createNode({ folder: await lab.folder(), port: 0, members });
    await node.start();
    const failed = Promise.all([
      expect(node.get('a.txt')).rejects.toMatchObject({ code: 'closed' }),
      expect(node.find('a.txt').next()).rejects.toMatchObject({ code: 'closed' }),
    ]);
    await node.close();
    await failed;
  });

  it('The close of a node ends a search of catalogs with the error `closed`', async ({ lab }) => {
    let connecting = (): void => undefined;
    const connected = new Promise<void>((resolve) => (connecting = resolve));
    const { holder, asker } = await pair(lab, {
      connect: () => {
        connecting();
        return new Promise(() => undefined);
      },
    });
    while (asker.members().some(({ tcpPort }) => tcpPort === undefined)) await once(asker, 'wire');
    const failed = expect(asker.search('', { timeout: 300_000 })).rejects.toMatchObject({
      code: 'closed',
    });
    await connected;
    await asker.close();
    await failed;
    await holder.close();
  });

  it('A download that was aborted before the close fails with the reason of its signal', async ({
    lab,
  }) => {
    const node = createNode({ folder: await lab.folder(), port: 0, members: [nobody] });
    await node.start();
    const control = new AbortController();
    const failed = expect(node.get('a.txt', { signal: control.signal })).rejects.toThrow('enough');
    control.abort(new Error('enough'));
    await failed;
    await node.close();
  });
});
