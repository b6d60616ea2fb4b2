// A search among members that accept connections and say nothing.
import { createConnection } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { expect } from 'vitest';
import { createNode } from '../../src/node/index.ts';
import { searchFiles } from '../../src/search/search-files.ts';
import { it } from '../support/lab.ts';

it('A search finds the files of a member behind 40 that accept and say nothing, before it leaves any of these', async ({
  lab,
}) => {
  const folder = await lab.folder();
  await writeFile(join(folder, 'honest.txt'), 'honest');
  await using honest = createNode({ folder, port: 0, discovery: false });
  await honest.start();
  const memberAt = (address: string, tcpPort: number) => ({
    ...{ address, tcpPort, state: 'heard' as const, version: 2 as const },
    ...{ name: undefined, heardAt: undefined, roundTrip: undefined, owesSince: undefined },
  });
  const silent = Array.from({ length: 40 }, (_, i) => memberAt(`127.0.0.9:${i + 1}`, i + 1));
  const held: Duplex[] = [];
  let left = 0;
  const leftBefore: number[] = [];
  const found = await searchFiles(
    [...silent, memberAt(`127.0.0.1:${honest.address.port}`, honest.tcpAddress.port)],
    'honest',
    {
      endpointOf: () => Promise.resolve({ host: '127.0.0.1' }),
      connect: ({ port, host }) => {
        if (port === honest.tcpAddress.port) {
          leftBefore.push(left);
          const connection = createConnection({ host, port });
          // The search need not wait for the others then.
          return Promise.resolve(
            connection.once('close', () => {
              for (const socket of held) socket.destroy();
            }),
          );
        }
        const socket = new Duplex({
          read: () => undefined,
          write: (_bytes, _encoding, done) => {
            done();
          },
        });
        held.push(socket);
        return Promise.resolve(socket.once('close', () => (left += 1)));
      },
    },
  );
  expect(found).toMatchObject([{ filename: 'honest.txt' }]);
  expect(leftBefore).toEqual([0]);
});
