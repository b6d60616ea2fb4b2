// What a download does about an offered file behind which there is a server with another key.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ClusterKey, createNode, Keyring, type PeerlaneNode } from '../../src/node/index.ts';
import { it } from '../support/lab.ts';

it('A holder with another key does not hinder a download from others, and alone it is why there is none', async ({
  lab,
}) => {
  const keyring = new Keyring([ClusterKey.generate()]);
  const holder = async (ring: Keyring): Promise<PeerlaneNode> => {
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'sealed');
    const node = createNode({ port: 0, folder, discovery: false, keyring: ring });
    await node.start();
    return node;
  };
  await using stranger = await holder(new Keyring([ClusterKey.generate()]));
  await using usurped = await holder(keyring);
  await using good = await holder(keyring);
  const [first, second] = [usurped, good].map(
    ({ address: { host, port } }) => `${host}:${port}`,
  ) as [string, string];
  await using asker = createNode({
    ...{ port: 0, discovery: false, timeout: 5000, keyring },
    members: [first],
    connect: async (address) => {
      const isUsurped = address.port === usurped.tcpAddress.port;
      // Only now is there another holder, whatever answers first.
      if (isUsurped) asker.join(second);
      const socket = createConnection(isUsurped ? stranger.tcpAddress : address);
      await once(socket, 'connect');
      return socket;
    },
  });
  await asker.start();
  const warnings: string[] = [];
  asker.on('warning', (message) => warnings.push(message));
  const { path } = await asker.get('a.txt', { into: await lab.folder() });
  expect(await readFile(path, 'utf8')).toBe('sealed');
  await good.close();
  await expect(asker.get('a.txt', { into: await lab.folder() })).rejects.toMatchObject({
    code: 'not-member',
  });
  expect(warnings.join('\n')).toContain('is not in this sealed cluster, or has another key');
});
