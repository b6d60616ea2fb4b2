// Helpers of most tests: folders, servers driven by hand, and waiting without an event.
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import { SharedFolder, type ServedFiles, type SharedFolderOptions } from '../../src/index.ts';

/** An empty folder that is removed when the test ends. Its path is resolved, as /tmp is a link on macOS. */
export async function temporaryFolder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'peerlane-transfer-')));
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** A TCP server whose connections are served by a function of the test. */
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

/** A server that answers every request with the same bytes, and closes. */
export function cannedServer(answer: string | Uint8Array): Promise<PeerAddress> {
  return fakeServer((socket) => socket.once('data', () => socket.end(answer)));
}

/** Repeats a step until it returns a value. For conditions without an event. */
export async function eventually<T>(step: () => T | undefined): Promise<T> {
  for (;;) {
    const result = step();
    if (result !== undefined) return result;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A header of version 1 as text, unchecked. */
export function header(size: string, name: string): string {
  return size.padEnd(10, ':') + name.padEnd(64, ':');
}

/** Shares a folder until the test ends. */
export async function share(path: string, options?: SharedFolderOptions): Promise<SharedFolder> {
  const folder = await SharedFolder.open(path, options);
  onTestFinished(() => folder.close());
  return folder;
}

/** Shares a folder that is not watched: its index goes on naming files that are gone. */
export function shareUnwatched(path: string): Promise<SharedFolder> {
  return share(path, { watch: () => ({ close: () => undefined }) });
}

/** The text of the file with a name; `undefined` if nothing is served under it. */
export async function readServed(served: ServedFiles, name: string): Promise<string | undefined> {
  const file = await served.openFile(name);
  if (!file) return undefined;
  try {
    return await file.handle.readFile('utf8');
  } finally {
    await file.handle.close();
  }
}

/** The names of all entries in a folder, hidden ones included. */
export async function entries(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}
