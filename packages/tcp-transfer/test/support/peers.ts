// Peers of version 2 for tests: real ones that share files, and fake ones that a test drives.
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import {
  encodeTransferAnswer,
  TransferRequestDecoder,
  type PeerAddress,
  type TransferRequestV2,
} from '@peerlane/protocol';
import { ManifestCache } from '../../src/manifests/manifest-cache.ts';
import { downloadVerified } from '../../src/download/download-verified.ts';
import type { VerifiedDownloadOptions } from '../../src/download/verified-options.ts';
import {
  SharedFolder,
  startFileServer,
  type FileServer,
  type FileServerOptions,
} from '../../src/index.ts';
import { ManifestStore } from '../../src/manifests/manifest-store.ts';
import type { Connect } from '../../src/connection/stream-reader.ts';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { ownIdentity } from '../../src/leftovers/process-identity.ts';
import type { Source } from '../../src/swarm/swarm-options.ts';
import { hiddenFolder } from '../../src/leftovers/hidden-folder.ts';
import { unfinishedName } from '../../src/leftovers/unfinished-name.ts';
import { entries, fakeServer, temporaryFolder } from './helpers.ts';

/** The length of the pieces in most tests, in bytes. */
export const piece: number = 256 * 1024;

/** A node that shares files with clients of version 2. */
export interface Peer {
  readonly server: FileServer;
  readonly address: PeerAddress;
  /** The folder that it shares. */
  readonly path: string;
}

/** Starts a peer that shares files; a number stands for a file of that many zero bytes. */
export async function sharing(
  files: Readonly<Record<string, Uint8Array | number>>,
  hasher: PieceHasher = new PieceHasher(),
  options: Partial<FileServerOptions> = {},
): Promise<Peer> {
  const path = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(path, name), typeof content === 'number' ? '' : content);
    if (typeof content === 'number') await truncate(join(path, name), content);
  }
  const folder = await SharedFolder.open(path, { watch: () => ({ close: () => undefined }) });
  const manifests = new ManifestStore({ cache: new ManifestCache(join(path, '.cache')), hasher });
  const server = await startFileServer({ library: { files: folder, manifests }, ...options });
  onTestFinished(async () => {
    await server.close();
    await folder.close();
    await hasher.close();
  });
  return { server, address: server.address, path };
}

export function sourcesOf(
  ...sources: readonly (PeerAddress | Source)[]
): AsyncIterable<Source> & Readable {
  return Readable.from(sources.map((one) => ('address' in one ? one : { address: one })));
}

/** A source list that grows when a test adds to it, and does not end. */
export class LaterSources {
  readonly #stream = new Readable({ objectMode: true, read: () => undefined });

  add(address: PeerAddress, root?: string): void {
    this.#stream.push({ address, root });
  }

  [Symbol.asyncIterator](): AsyncIterator<Source> {
    return this.#stream[Symbol.asyncIterator]() as AsyncIterator<Source>;
  }
}

/** Connects by TCP, and reports how many bytes arrive from which address. */
export function counting(onBytes: (bytes: number, address: PeerAddress) => void): Connect {
  return async (address) => {
    const socket = createConnection(address);
    await once(socket, 'connect');
    return socket.on('data', (bytes: Buffer) => {
      onBytes(bytes.length, address);
    });
  };
}

type Options = Partial<VerifiedDownloadOptions> & Pick<VerifiedDownloadOptions, 'sources'>;

/** Downloads `file`, by default into a new folder. */
export async function download(options: Options): ReturnType<typeof downloadVerified> {
  const hasher = options.hasher ?? new PieceHasher();
  onTestFinished(() => hasher.close());
  const into = options.into ?? (await temporaryFolder());
  return downloadVerified({ filename: 'file', ...options, hasher, into });
}

/** Records which sources were lost, by port, with the codes of the errors. */
export class Losses {
  readonly all: [number, string | undefined][] = [];

  readonly onLost = ({ address }: Source, error: Error): void => {
    this.all.push([address.port, (error as { code?: string }).code]);
  };
}

/** A server whose answers to requests of version 2 are made by a function of the test. */
export function fakePeer(
  answer: (request: TransferRequestV2, socket: Socket) => void,
): Promise<PeerAddress> {
  return fakeServer((socket) => {
    const decoder = new TransferRequestDecoder();
    socket.on('data', (bytes) => {
      const request = decoder.push(bytes)?.request;
      if (request?.version !== 2) return;
      answer(request, socket);
    });
  });
}

/** A server that sends parts of a file, with its bytes changed by `lie`. */
export function liar(
  content: Buffer,
  lie: (bytes: Buffer, offset: number) => Buffer,
  mtime?: number,
): Promise<PeerAddress> {
  return fakePeer(({ offset = 0, length = 0 }, socket) => {
    const line = { length, filename: 'file', size: content.length, offset };
    socket.write(encodeTransferAnswer({ ...line, ...(mtime !== undefined && { mtime }) }));
    socket.write(lie(content.subarray(offset, offset + length), offset));
  });
}

/** Expects that a folder holds the downloaded file and nothing else. */
export async function expectFile(into: string, content: Buffer): Promise<void> {
  expect(await entries(into)).toEqual(['file']);
  expect((await readFile(join(into, 'file'))).equals(content)).toBe(true);
}

/** The names of the unfinished files in a folder. */
export async function leftIn(into: string): Promise<string[]> {
  return (await entries(into)).includes(hiddenFolder) ? readdir(join(into, hiddenFolder)) : [];
}

/** The files in a folder that this process has open; none on systems that do not list them. */
export function openFilesIn(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });
}

/** The path at which a dead process would have left an unfinished file with this root. */
export async function leftoverPath(into: string, root: string): Promise<string> {
  await mkdir(join(into, hiddenFolder), { recursive: true, mode: 0o700 });
  const owner = { ...ownIdentity(), start: '0'.repeat(12) };
  return join(into, hiddenFolder, unfinishedName(owner, { name: '0'.repeat(16), root }));
}
