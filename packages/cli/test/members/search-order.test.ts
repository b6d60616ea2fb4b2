// The order of the results of a search.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createNode } from '../../src/node/index.ts';
import { searchFiles } from '../../src/search/search-files.ts';
import { it } from '../support/lab.ts';

it('The results of a search are in the order of the members, whichever answers first', async ({
  lab,
}) => {
  const folders = [await lab.folder(), await lab.folder()];
  for (const [index, folder] of folders.entries()) {
    await writeFile(join(folder, 'same.txt'), 'same');
    await writeFile(join(folder, 'other.txt'), 'x'.repeat(index + 1));
  }
  await using first = createNode({ folder: folders[0]!, port: 0, discovery: false });
  await using last = createNode({ folder: folders[1]!, port: 0, discovery: false });
  await Promise.all([first.start(), last.start()]);
  const members = [first, last].map(({ address, tcpAddress }) => ({
    address: `${address.host}:${address.port}`,
    tcpPort: tcpAddress.port,
    state: 'heard' as const,
    version: 2 as const,
    name: undefined,
    heardAt: undefined,
    roundTrip: undefined,
    owesSince: undefined,
  }));
  let answered: () => void = () => undefined;
  const lastHasAnswered = new Promise<void>((resolve) => (answered = resolve));
  const found = await searchFiles(members, '', {
    timeout: 300_000,
    endpointOf: () => Promise.resolve({ host: '127.0.0.1' }),
    connect: async (address) => {
      if (address.port === first.tcpAddress.port) await lastHasAnswered;
      const socket = createConnection(address);
      await once(socket, 'connect');
      if (address.port === last.tcpAddress.port) socket.once('close', answered);
      return socket;
    },
  });
  expect(found).toMatchObject([
    { filename: 'other.txt', contents: [{ size: 1 }, { size: 2 }] },
    { filename: 'same.txt', contents: [{ holders: members.map(({ address }) => address) }] },
  ]);
});
