import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { duplexPair, type Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CatalogEntry, PeerAddress } from '@peerlane/protocol';
import { fetchCatalog, type CatalogOptions } from '../src/fetch-catalog.ts';
import { startFileServer, type FileServer, type FileServerOptions } from '../src/file-server.ts';
import type { Connect } from '../src/peer-reader.ts';
import { serveConnection } from '../src/serve-connection.ts';
import { SharedFolder } from '../src/shared-folder.ts';
import { eventually, temporaryFolder } from './helpers.ts';

interface Scene {
  readonly path: string;
  readonly folder: SharedFolder;
  readonly server: FileServer;
}

/** Shares these names, each with its number for a content. */
async function sharing(
  names: readonly string[],
  options: Partial<FileServerOptions> = {},
): Promise<Scene> {
  const path = await temporaryFolder();
  for (const [index, name] of names.entries()) await writeFile(join(path, name), `${index}`);
  return sharingFolder(path, options);
}

async function sharingFolder(
  path: string,
  options: Partial<FileServerOptions> = {},
): Promise<Scene> {
  const folder = await SharedFolder.open(path);
  const server = await startFileServer({ folder, ...options });
  onTestFinished(async () => {
    await server.close();
    await folder.close();
  });
  return { path, folder, server };
}

async function list(
  address: PeerAddress,
  options: Partial<CatalogOptions> = {},
): Promise<CatalogEntry[]> {
  const entries: CatalogEntry[] = [];
  for await (const entry of fetchCatalog({ address, ...options })) entries.push(entry);
  return entries;
}

/** Connects to what serves the other end of a stream that is no socket. */
function connectTo(serve: (far: Duplex) => Promise<void>): Connect {
  return () => {
    const [near, far] = duplexPair();
    near.once('close', () => far.destroy());
    serve(far).catch(() => undefined);
    return Promise.resolve(near);
  };
}

const namesOf = (entries: readonly CatalogEntry[]): string[] =>
  entries.map(({ filename }) => filename);

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `file ${String(index).padStart(5, '0')}`);

describe('a catalog', () => {
  it('tells the names, sizes and times of all files, in the order of their names', async () => {
    const { path, folder, server } = await sharing(['c', 'a']);
    await mkdir(join(path, 'sub'));
    await writeFile(join(path, 'sub', 'b'), 'hello\n');
    await utimes(join(path, 'sub', 'b'), 1_000_000, 1_767_225_600.5);
    await eventually(() => folder.has('b') || undefined);
    const entries = await list(server.address);
    expect(namesOf(entries)).toEqual(['a', 'b', 'c']);
    expect(entries[1]).toEqual({ filename: 'b', size: 6, mtime: 1_767_225_600_500 });
  });

  it('of an empty folder is empty', async () => {
    const { server } = await sharing([]);
    expect(await list(server.address)).toEqual([]);
  });

  it('has names that version 1 cannot carry', async () => {
    const names = [
      ...['a\nb', 'a, b', ' a ', '\u001b[2J', '\u202e', '"\\"', 'a:', '-rf', '😀', '\ufb33'],
      ...['x'.repeat(255), 'ü'.repeat(127), '\u0001'.repeat(255)],
    ];
    const { server } = await sharing(names);
    expect(namesOf(await list(server.address)).toSorted()).toEqual(names.toSorted());
  });

  it('has the name that is on the disk, whichever form of Unicode it is in', async () => {
    const { server } = await sharing(['e\u0301', 'ö']);
    expect(namesOf(await list(server.address)).toSorted()).toEqual(['e\u0301', 'ö'].toSorted());
  });

  it('has each name once, for the file that is served', async () => {
    const path = await temporaryFolder();
    for (const sub of ['z', 'a', 'm']) {
      await mkdir(join(path, sub));
      await writeFile(join(path, sub, 'file'), sub === 'a' ? 'served' : 'not');
    }
    const { server } = await sharingFolder(path);
    const [entry, ...others] = await list(server.address);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ filename: 'file', size: 6 });
  });

  it('is not given where it is turned off', async () => {
    const { folder, server } = await sharing(['a'], { catalog: false });
    const refused = {
      code: 'refused',
      message: 'the peer refuses: this server does not give that (unsupported)',
    };
    await expect(list(server.address)).rejects.toMatchObject(refused);
    const connect = connectTo((far) => serveConnection(far, folder, { catalog: false }));
    await expect(list(server.address, { connect })).rejects.toMatchObject(refused);
  });

  it('comes by another kind of connection', async () => {
    const { folder, server } = await sharing(numbered(1200));
    const connect = connectTo((far) => serveConnection(far, folder));
    const entries = await list(server.address, { connect });
    expect(namesOf(entries)).toEqual(numbered(1200));
  });
});
