// A server for attacks, and what a client can observe of its own connection.
import { randomBytes } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import {
  downloadFile,
  SharedFolder,
  startFileServer,
  type FileServer,
  type FileServerOptions,
} from '../../src/index.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';

/** The size of `big.bin`, in bytes. */
export const bigSize = 20_000_000;

/** Node 20 and 22 report a reset that closely follows data as a clean end. */
const reportsResets = Number(process.versions.node.split('.')[0]) >= 24;

/** A server of the small `a.txt` and of `big.bin`. */
export interface Scene {
  /** The folder that is served. */
  readonly path: string;
  readonly server: FileServer;
  readonly warnings: Error[];
}

export async function scene(options: Partial<FileServerOptions> = {}): Promise<Scene> {
  const path = await temporaryFolder();
  await writeFile(join(path, 'a.txt'), 'hello');
  await writeFile(join(path, 'big.bin'), randomBytes(1_000_000));
  // The file is far larger than the buffers of the system, and sparse, so it costs no disk access.
  await truncate(join(path, 'big.bin'), bigSize);
  const folder = await SharedFolder.open(path, { watch: () => ({ close: () => undefined }) });
  const server = await startFileServer({ library: { files: folder }, ...options });
  const warnings: Error[] = [];
  server.on('warning', (error) => warnings.push(error));
  onTestFinished(async () => {
    await server.close();
    await folder.close();
  });
  return { path, server, warnings };
}

/** Connects a client, from a local address if that matters. */
export function connect(server: FileServer, localAddress?: string): Socket {
  const socket = createConnection({
    ...server.address,
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Waits until a connection is closed, whatever error it ends with. */
export async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}

/** Expects that a file was begun, and that the client can see that it is incomplete. */
export async function expectCutOff(socket: Socket): Promise<void> {
  const { bytes, clean } = await rest(socket.resume());
  expect(bytes).toBeLessThan(bigSize + 74);
  if (reportsResets) expect(clean).toBe(false);
}

/** How many more bytes a connection delivers, and whether it ends cleanly. */
export async function rest(socket: Socket): Promise<{ bytes: number; clean: boolean }> {
  let bytes = 0;
  let clean = false;
  socket.on('data', (piece) => (bytes += piece.length));
  socket.on('end', () => (clean = true));
  await closed(socket);
  return { bytes, clean };
}

/** Expects that the server still serves. */
export async function expectServing(server: FileServer): Promise<void> {
  const into = await temporaryFolder();
  const { path } = await downloadFile({ address: server.address, filename: 'a.txt', into });
  expect(await readFile(path, 'utf8')).toBe('hello');
  expect(await entries(into)).toEqual(['a.txt']);
}
