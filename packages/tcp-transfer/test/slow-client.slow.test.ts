import { randomBytes } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SharedFolder, startFileServer, type FileServer, type PaceLimits } from '../src/index.ts';
import { temporaryFolder } from './helpers.ts';

interface Scene {
  readonly server: FileServer;
  readonly warnings: Error[];
  readonly random: Buffer;
}

async function serve(limits: PaceLimits): Promise<Scene> {
  const path = await temporaryFolder();
  await writeFile(join(path, 'zeros'), '');
  await truncate(join(path, 'zeros'), 60_000_000);
  const random = randomBytes(9_000_000);
  await writeFile(join(path, 'random'), random);
  const folder = await SharedFolder.open(path);
  const server = await startFileServer({ folder, ...limits });
  const warnings: Error[] = [];
  server.on('warning', (error) => warnings.push(error));
  onTestFinished(async () => {
    await server.close();
    await folder.close();
  });
  return { server, warnings, random };
}

it('a client that reads slowly is served', async () => {
  const { server, warnings } = await serve({ idleTimeout: 1000, rateWindow: 1000 });
  const socket = createConnection(server.address).pause();
  onTestFinished(() => void socket.destroy());
  socket.write('Get,zeros\n');
  // On Linux the server's side of the connection takes nothing for seconds meanwhile.
  await new Promise<void>((resolve) => {
    let reads = 0;
    const reader = setInterval(() => {
      socket.read(10_000);
      reads += 1;
      if (reads === 60) {
        clearInterval(reader);
        resolve();
      }
    }, 50);
  });
  expect(warnings).toEqual([]);
  expect(socket.closed).toBe(false);
});

/** Two streams of which each reads the very bytes that are written to the other. */
function duplexPair(): [Duplex, Duplex] {
  const waiting = new Map<Duplex, () => void>();
  const pair: Duplex[] = [];
  for (const other of [1, 0])
    pair.push(
      new Duplex({
        read() {
          waiting.get(pair[other]!)?.();
        },
        write(bytes: Uint8Array, _encoding, done) {
          waiting.set(this, done);
          pair[other]!.push(bytes);
        },
        final(done) {
          pair[other]!.push(null);
          done();
        },
      }),
    );
  return [pair[0]!, pair[1]!];
}

it('a client that keeps the very bytes it gets keeps those of its file', async () => {
  const { server, warnings, random } = await serve({});
  const [stream, client] = duplexPair();
  server.accept(stream, { host: '127.0.0.1', port: 1 });
  client.write('Get,random\n');
  expect((await buffer(client)).subarray(74).equals(random)).toBe(true);
  expect(warnings).toEqual([]);
});
