// Sending through a stream that passes the very buffers on, which a client may keep.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SharedFolder, startFileServer } from '../../src/index.ts';
import { temporaryFolder } from '../support/helpers.ts';

/** Two connected streams: each reads the very buffers that are written to the other. */
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

it('A client that keeps the buffers it receives has the bytes of its file in them', async () => {
  const path = await temporaryFolder();
  const content = randomBytes(9_000_000);
  await writeFile(join(path, 'file'), content);
  const folder = await SharedFolder.open(path);
  const server = await startFileServer({ library: { files: folder } });
  const warnings: Error[] = [];
  server.on('warning', (error) => warnings.push(error));
  onTestFinished(async () => {
    await server.close();
    await folder.close();
  });
  const [stream, client] = duplexPair();
  server.accept(stream, { host: '127.0.0.1', port: 1 });
  client.write('Get,file\n');
  expect((await buffer(client)).subarray(74).equals(content)).toBe(true);
  expect(warnings).toEqual([]);
});
