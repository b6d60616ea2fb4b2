// Serves a client that reads so slowly that the system buffers nothing for seconds.
import { truncate, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SharedFolder, startFileServer } from '../../src/index.ts';
import { temporaryFolder } from '../support/helpers.ts';

/** How long nothing may move, in milliseconds: longer than a busy machine may stop a client. */
const limit = 5000;
/** How often the client reads, and for how long, in milliseconds. */
const [pause, duration] = [50, 4 * limit];

it('A client that reads slowly is served', async () => {
  const path = await temporaryFolder();
  await writeFile(join(path, 'zeros'), '');
  await truncate(join(path, 'zeros'), 60_000_000);
  await using folder = await SharedFolder.open(path);
  await using server = await startFileServer({
    library: { files: folder },
    idleTimeout: limit,
    rateWindow: limit,
  });
  const warnings: Error[] = [];
  server.on('warning', (error) => warnings.push(error));
  const socket = createConnection(server.address).pause();
  onTestFinished(() => void socket.destroy());
  socket.write('Get,zeros\n');
  // On Linux the server cannot write for seconds meanwhile.
  for (let read = 0; read < duration / pause; read += 1) {
    socket.read(10_000);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  expect(warnings).toEqual([]);
  expect(socket.closed).toBe(false);
});
