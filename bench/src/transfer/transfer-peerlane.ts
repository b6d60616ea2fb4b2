// The servers and downloads of `bench transfer` that are Peerlane's own.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  downloadFile,
  downloadVerified,
  openLibrary,
  PieceHasher,
  startFileServer,
  type ConnectionKeys,
} from '@peerlane/tcp-transfer';
import type { PeerAddress } from '@peerlane/protocol';

/** The names of the files that are moved together. */
export function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, each) => `file-${each}.bin`);
}

/** The keys of a sealed cluster whose secret is given in hexadecimal digits. */
function keysOf(secret: string | undefined): { keys?: ConnectionKeys } {
  if (secret === undefined) return {};
  const key = { identity: 'bench', secret: Buffer.from(secret, 'hex') };
  return { keys: { first: key, find: () => key } };
}

/** Serves a folder, sealed if there is a secret. `connections` raises the bounds. */
export async function peerlaneServer(input: {
  folder: string;
  connections?: number;
  host?: string;
  secret?: string;
}): Promise<PeerAddress> {
  const { connections = 32, host = '127.0.0.1' } = input;
  const server = await startFileServer({
    library: await openLibrary(input.folder),
    host,
    maxConnections: connections,
    maxConnectionsPerAddress: connections,
    ...keysOf(input.secret),
  });
  return server.address;
}

/**
 * Downloads a file, and removes it again.
 *
 * @returns the seconds that it took
 */
export async function peerlaneClient(input: {
  address: PeerAddress;
  filename: string;
  into: string;
  sync: boolean;
}): Promise<number> {
  const start = performance.now();
  const { path } = await downloadFile(input);
  const seconds = (performance.now() - start) / 1000;
  await rm(path);
  return seconds;
}

/**
 * Downloads a file from holders of version 2, verified piece by piece and sealed if there
 * is a secret, and removes it again.
 *
 * @returns the seconds that it took
 */
export async function verifiedClient(input: {
  addresses: readonly PeerAddress[];
  filename: string;
  into: string;
  sync: boolean;
  secret?: string;
}): Promise<number> {
  const { addresses, secret, ...rest } = input;
  const options = { ...rest, ...keysOf(secret) };
  const start = performance.now();
  const hasher = new PieceHasher();
  const sources = Readable.from(addresses.map((address) => ({ address })));
  const { path } = await downloadVerified({ ...options, sources, hasher });
  const seconds = (performance.now() - start) / 1000;
  await hasher.close();
  await rm(path);
  return seconds;
}

/**
 * Downloads many files, several at a time.
 *
 * @returns the seconds that it took
 */
export async function smallFilesClient(input: {
  address: PeerAddress;
  count: number;
  into: string;
  atOnce: number;
}): Promise<number> {
  const { address, count, into, atOnce } = input;
  await mkdir(into);
  const start = performance.now();
  const names = namesOf(count).values();
  const work = async (): Promise<void> => {
    for (const filename of names) await downloadFile({ address, filename, into });
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const seconds = (performance.now() - start) / 1000;
  await rm(into, { recursive: true });
  return seconds;
}

/** The result of many downloads at once. Times are in seconds. */
export interface Crowd {
  readonly seconds: number;
  readonly exact: number;
  /** When the first and the last download ended. */
  readonly first: number;
  readonly last: number;
  /** The longest time in which one of them got nothing. */
  readonly silence: number;
}

/** Downloads many files at once, and compares them with their sources. */
export async function crowdClient(input: {
  address: PeerAddress;
  count: number;
  from: string;
  into: string;
}): Promise<Crowd> {
  const { address, count, from, into } = input;
  const filenames = namesOf(count);
  await mkdir(into);
  const start = performance.now();
  let silence = 0;
  const ends = await Promise.all(
    filenames.map(async (filename) => {
      let before = performance.now();
      const moved = (): void => {
        silence = Math.max(silence, performance.now() - before);
        before = performance.now();
      };
      await downloadFile({ address, filename, into, onProgress: moved });
      return (performance.now() - start) / 1000;
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  let exact = 0;
  for (const filename of filenames) {
    const [sent, got] = [
      await readFile(join(from, filename)),
      await readFile(join(into, filename)),
    ];
    if (sent.equals(got)) exact += 1;
  }
  await rm(into, { recursive: true });
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  return { seconds, exact, first, last, silence: silence / 1000 };
}
