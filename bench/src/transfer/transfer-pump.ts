// The limit of `bench transfer`: bytes pumped from file to socket to file as fast as Node can.
import { open, rm } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';

const [pieceSize, bufferSize] = [4 * 1024 * 1024, 2 * 1024 * 1024];
const syncEvery = 32 * 1024 * 1024;

/** Serves a file to whoever connects: the plainest way that is as fast as Node can be. */
export async function pumpServer({ source }: { source: string }): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    void (async () => {
      const handle = await open(source);
      let [piece, spare] = [Buffer.allocUnsafeSlow(pieceSize), Buffer.allocUnsafeSlow(pieceSize)];
      let { bytesRead } = await handle.read(piece);
      while (bytesRead > 0) {
        const filled = piece.subarray(0, bytesRead);
        const written = new Promise((resolve) => socket.write(filled, resolve));
        [{ bytesRead }] = await Promise.all([handle.read(spare), written]);
        [piece, spare] = [spare, piece];
      }
      socket.end();
      await handle.close();
    })();
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/**
 * Writes what comes to a file, one buffer while the next fills, with no protocol and no checks, and
 * removes it again.
 *
 * @returns the seconds that it took
 */
export async function pumpClient(input: {
  port: number;
  target: string;
  size: number;
  sync: boolean;
}): Promise<number> {
  const { port, target, size, sync } = input;
  const start = performance.now();
  const handle = await open(target, 'wx');
  const spare = Array.from({ length: 3 }, () => Buffer.allocUnsafeSlow(bufferSize));
  let current = Buffer.allocUnsafeSlow(bufferSize);
  const full: { readonly buffer: typeof current; readonly length: number }[] = [];
  let filled = 0;
  let received = 0;
  let wake: () => void = () => undefined;
  const socket = createConnection({
    host: '127.0.0.1',
    port,
    onread: {
      buffer: () => current.subarray(filled),
      callback: (length) => {
        filled += length;
        received += length;
        if (filled >= 0.75 * bufferSize || received === size) {
          full.push({ buffer: current, length: filled });
          current = spare.pop()!;
          filled = 0;
        }
        wake();
        return spare.length > 0;
      },
    },
  });
  let syncing: Promise<void> | undefined;
  for (let [written, synced] = [0, 0]; written < size;) {
    const piece = full.shift();
    if (!piece) {
      await new Promise<void>((resolve) => (wake = resolve));
      continue;
    }
    await handle.write(piece.buffer, 0, piece.length, written);
    written += piece.length;
    spare.push(piece.buffer);
    socket.resume();
    if (sync && !syncing && written - synced >= syncEvery) {
      synced = written;
      syncing = handle.datasync().finally(() => (syncing = undefined));
    }
  }
  await syncing;
  if (sync) await handle.datasync();
  await handle.close();
  const seconds = (performance.now() - start) / 1000;
  socket.destroy();
  await rm(target);
  return seconds;
}
