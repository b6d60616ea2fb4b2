// What a download says about sources that went away, or cannot be reached.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createNode } from '../../src/node/node.ts';
import { it } from '../support/lab.ts';

it('A source that cannot be reached is worth a warning only if no other has the file', async ({
  lab,
}) => {
  const folders = [await lab.folder(), await lab.folder()];
  for (const folder of folders) await writeFile(join(folder, 'a.txt'), 'a');
  await using first = createNode({ port: 0, folder: folders[0], discovery: false });
  await using second = createNode({ port: 0, folder: folders[1], discovery: false });
  for (const node of [first, second]) await node.start();
  const gone = first.tcpAddress.port;
  const [firstMember, secondMember] = [first, second].map(
    ({ address: { host, port } }) => `${host}:${port}`,
  ) as [string, string];
  await using asker = createNode({
    ...{ port: 0, discovery: false, timeout: 5000 },
    members: [firstMember],
    connect: async (address) => {
      if (address.port === gone) {
        // Only now is there another holder, whatever answers first.
        asker.join(secondMember);
        throw new Error('connect ENETUNREACH');
      }
      const socket = createConnection(address);
      await once(socket, 'connect');
      return socket;
    },
  });
  await asker.start();
  const warnings: string[] = [];
  asker.on('warning', (message) => warnings.push(message));
  await asker.get('a.txt', { into: await lab.folder() });
  expect(warnings).toEqual([]);
  await second.close();
  await expect(asker.get('a.txt', { into: await lab.folder() })).rejects.toThrow('ENETUNREACH');
  expect(warnings.join('\n')).toContain('ENETUNREACH');
});
