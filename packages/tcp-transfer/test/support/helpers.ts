import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';

/** An empty folder, all links to it resolved, that goes when the test ends. On macOS /tmp is a link. */
export async function temporaryFolder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'peerlane-transfer-')));
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** A server that is driven by hand: `serve` gets each connection. */
export async function fakeServer(serve: (socket: Socket) => void): Promise<PeerAddress> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}

/** A server that sends the same bytes to whoever asks, and closes. */
export function cannedServer(answer: string | Uint8Array): Promise<PeerAddress> {
  return fakeServer((socket) => socket.once('data', () => socket.end(answer)));
}

/** Runs a step again and again until it gives something. For what has no event to wait for. */
export async function eventually<T>(step: () => T | undefined): Promise<T> {
  for (;;) {
    const result = step();
    if (result !== undefined) return result;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A header as text, unchecked. */
export function header(size: string, name: string): string {
  return size.padEnd(10, ':') + name.padEnd(64, ':');
}

/** Everything in a folder, hidden entries included. */
export async function entries(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}
