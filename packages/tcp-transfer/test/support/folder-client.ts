// A client for trees and packs, and a server of folders that it asks.
import { onTestFinished } from 'vitest';
import {
  compareTreePaths,
  PackLineDecoder,
  TreeDecoder,
  type PackLine,
  type PeerAddress,
  type TransferAnswer,
  type TransferRequestV2,
  type TreeEntry,
  type TreePath,
} from '@peerlane/protocol';
import { PeerConnection } from '../../src/requests/peer-connection.ts';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { startFileServer, type FileServer, type FileServerOptions } from '../../src/index.ts';
import { ManifestCache } from '../../src/manifests/manifest-cache.ts';
import { ManifestStore } from '../../src/manifests/manifest-store.ts';
import type { ServedFolder } from '../../src/sharing/served-folders.ts';
import { SharedFiles } from '../../src/sharing/shared-files.ts';
import { fakeFolders } from './fake-folders.ts';

/** Serves folders, and no files beside them. */
export async function serving(
  folders: readonly ServedFolder[],
  options: Partial<FileServerOptions> = {},
  hasher: PieceHasher = new PieceHasher(),
): Promise<FileServer> {
  const none = await SharedFiles.open([]);
  const files = {
    openFile: none.openFile.bind(none),
    statusOf: none.statusOf.bind(none),
    namesAfter: none.namesAfter.bind(none),
    folders: fakeFolders(...folders),
  };
  const manifests = new ManifestStore({ cache: new ManifestCache(undefined), hasher });
  const server = await startFileServer({ library: { files, manifests }, ...options });
  onTestFinished(async () => {
    await server.close();
    await hasher.close();
  });
  return server;
}

/** A connection that is closed when the test ends. */
export async function connected(address: PeerAddress): Promise<PeerConnection> {
  const connection = await PeerConnection.open(address);
  onTestFinished(() => {
    connection.close();
  });
  return connection;
}

type Request = Omit<TransferRequestV2, 'version'>;

/** An answer with all of its data. */
export interface Whole {
  readonly answer: TransferAnswer;
  readonly data: Buffer;
}

/** Asks once. */
export async function ask(connection: PeerConnection, request: Request): Promise<Whole> {
  const { answer, data } = await connection.request(request);
  const chunks: Buffer[] = [];
  for await (const bytes of data) chunks.push(Buffer.from(bytes));
  return { answer, data: Buffer.concat(chunks) };
}

/** The entries of one page of a tree. */
export function treeIn(data: Uint8Array): TreeEntry[] {
  const decoder = new TreeDecoder();
  const entries = decoder.push(data);
  decoder.end();
  return entries;
}

/** A whole tree: asks again as long as the server is busy. Throws if the entries are not in order. */
export async function treeOf(address: PeerAddress, filename: string): Promise<TreeEntry[]> {
  const connection = await connected(address);
  const entries: TreeEntry[] = [];
  let cursor: string | undefined;
  do {
    const request = { want: 'tree', filename, ...(cursor !== undefined && { cursor }) };
    const { answer, data } = await ask(connection, request);
    entries.push(...treeIn(data));
    cursor = answer.cursor;
  } while (cursor !== undefined);
  for (const [index, { path }] of entries.slice(1).entries())
    if (compareTreePaths(entries[index]!.path, path) >= 0) throw new Error(path.join('/'));
  return entries;
}

/** A file of a pack, or why there is none. */
export type Packed = { readonly content: Buffer } | Extract<PackLine, { readonly error: string }>;

/** The files in the data of a pack. */
export function packIn(data: Uint8Array): Packed[] {
  const files: Packed[] = [];
  const lines = new PackLineDecoder();
  let rest = data;
  while (rest.length > 0) {
    const decoded = lines.push(rest);
    if (!decoded) throw new Error('a line in the pack has no end');
    const { line } = decoded;
    const size = 'size' in line ? line.size : 0;
    if (decoded.rest.length < size) throw new Error('a file in the pack has no end');
    files.push('size' in line ? { content: Buffer.from(decoded.rest.subarray(0, size)) } : line);
    rest = decoded.rest.subarray(size);
  }
  return files;
}

/** Asks for files of a folder once. */
export async function packOf(
  address: PeerAddress,
  filename: string,
  entries: readonly TreePath[],
): Promise<Packed[]> {
  const connection = await connected(address);
  return packIn((await ask(connection, { want: 'pack', filename, entries })).data);
}
