// The catalog that a server sends: its entries, their order, and its pages.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { duplexPair, type Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CatalogEntry, PeerAddress, TransferAnswer } from '@peerlane/protocol';
import { fetchCatalog, type CatalogOptions } from '../../src/lists/fetch-catalog.ts';
import { startFileServer, type FileServer } from '../../src/server/file-server.ts';
import type { FileServerOptions } from '../../src/server/file-server-options.ts';
import { PeerConnection } from '../../src/requests/peer-connection.ts';
import type { Connect } from '../../src/connection/stream-reader.ts';
import { openLibrary } from '../../src/server/open-library.ts';
import { serveConnection } from '../../src/server/serve-connection.ts';
import { SharedFolder, type SharedFolderOptions } from '../../src/sharing/shared-folder.ts';
import { eventually, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { Random } from '../support/random.ts';

/** Windows allows few of the names that are tried here. */
const isWindows = process.platform === 'win32';

interface Scene {
  readonly path: string;
  readonly folder: SharedFolder;
  readonly server: FileServer;
}

/** Shares files with these names; the content of each is its index. */
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
  folderOptions: SharedFolderOptions = {},
): Promise<Scene> {
  const folder = await SharedFolder.open(path, folderOptions);
  const server = await startFileServer({ library: { files: folder }, ...options });
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

/** Connects by a pair of streams, of which `serve` gets the other end. */
function connectTo(serve: (far: Duplex) => Promise<void>): Connect {
  return () => {
    const [near, far] = duplexPair();
    near.once('close', () => far.destroy());
    serve(far).catch(() => undefined);
    return Promise.resolve(near);
  };
}

/** One page of a catalog. */
async function requestOnce(
  address: PeerAddress,
  wanted: { readonly match?: string },
): Promise<{ answer: TransferAnswer; data: Buffer }> {
  const connection = await PeerConnection.open(address, {});
  const { answer, data } = await connection.request({ want: 'catalog', ...wanted });
  const chunks: Buffer[] = [];
  for await (const bytes of data) chunks.push(Buffer.from(bytes));
  connection.close();
  return { answer, data: Buffer.concat(chunks) };
}

const namesOf = (entries: readonly CatalogEntry[]): string[] =>
  entries.map(({ filename }) => filename);

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `file ${String(index).padStart(5, '0')}`);

describe('a catalog', () => {
  it('A server lists only the names that match, in one page however many others there are', async () => {
    const { server } = await sharing([...numbered(1200), 'Ünique', 'the ünique too']);
    const { address } = server;
    const { answer, data } = await requestOnce(address, { match: 'ÜNIQUE' });
    expect(answer.cursor).toBeUndefined();
    expect(String(data).match(/filename/g)).toHaveLength(2);
    expect(namesOf(await list(address, { match: 'üniqu' }))).toEqual(['the ünique too', 'Ünique']);
    expect(await list(address, { match: 'nowhere' })).toEqual([]);
    expect(await list(address, { match: 'file 0' })).toHaveLength(1200);
  });

  it('A client is told that a peer has more files than it accepts', async () => {
    const { address } = (await sharing(numbered(600))).server;
    const more: number[] = [];
    for (const maxEntries of [10, 500, 599, 600, 601])
      await list(address, { maxEntries, onMore: () => more.push(maxEntries) });
    expect(more).toEqual([10, 500, 599]);
  });

  it('A catalog lists the names, sizes and times of all files, in the order of their names', async () => {
    const { path, folder, server } = await sharing(['c', 'a']);
    await mkdir(join(path, 'sub'));
    await writeFile(join(path, 'sub', 'b'), 'hello\n');
    await utimes(join(path, 'sub', 'b'), 1_000_000, 1_767_225_600.5);
    await eventually(() => folder.has('b') || undefined);
    const entries = await list(server.address);
    expect(namesOf(entries)).toEqual(['a', 'b', 'c']);
    expect(entries[1]).toEqual({ filename: 'b', size: 6, mtime: 1_767_225_600_500 });
  });

  it('The catalog of an empty folder is empty', async () => {
    const { server } = await sharing([]);
    expect(await list(server.address)).toEqual([]);
  });

  it.skipIf(isWindows)('A catalog lists names that version 1 cannot carry', async () => {
    const names = [
      ...['a\nb', 'a, b', ' a ', '\u001b[2J', '\u202e', '"\\"', 'a:', '-rf', '😀', '\ufb33'],
      ...['x'.repeat(255), 'ü'.repeat(127), '\u0001'.repeat(255)],
    ];
    const { server } = await sharing(names);
    expect(namesOf(await list(server.address)).toSorted()).toEqual(names.toSorted());
  });

  it('A catalog lists the name that is on the disk, in whichever Unicode form that is', async () => {
    const { server } = await sharing(['e\u0301', 'ö']);
    expect(namesOf(await list(server.address)).toSorted()).toEqual(['e\u0301', 'ö'].toSorted());
  });

  it('A catalog lists each name once, for the file that is served', async () => {
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

  it('A server without a catalog refuses to list its files', async () => {
    const { folder, server } = await sharing(['a'], { catalog: false });
    const refused = {
      code: 'refused',
      message: 'the peer refused: this server does not give that (unsupported)',
    };
    await expect(list(server.address)).rejects.toMatchObject(refused);
    const connect = connectTo((far) => serveConnection(far, { files: folder }, { catalog: false }));
    await expect(list(server.address, { connect })).rejects.toMatchObject(refused);
  });

  it('A catalog can be fetched over any duplex stream', async () => {
    const { folder, server } = await sharing(numbered(1200));
    const connect = connectTo((far) => serveConnection(far, { files: folder }));
    const entries = await list(server.address, { connect });
    expect(namesOf(entries)).toEqual(numbered(1200));
  });
});

describe('a page', () => {
  it('A page looks up at most 101 files, however many there are: 100 of them are its own', async () => {
    const { folder, server } = await sharing(numbered(1200));
    const asked = vi.spyOn(folder, 'statusOf');
    const connection = await PeerConnection.open(server.address);
    onTestFinished(() => {
      connection.close();
    });
    const { answer } = await connection.request({ want: 'catalog' });
    expect(answer.cursor).toBe(numbered(1200)[99]);
    expect(asked.mock.calls.length).toBeLessThanOrEqual(101);
  });

  it('One page follows the other, whatever the number of files', async () => {
    for (const count of [99, 100, 101, 200, 1234]) {
      const { server } = await sharing(numbered(count));
      expect(namesOf(await list(server.address))).toEqual(numbered(count));
    }
  });

  it('A page is fetched when the one before it has been consumed', async () => {
    const { server } = await sharing(numbered(1200));
    let pages = 0;
    server.on('asked', () => (pages += 1));
    const catalog = fetchCatalog({ address: server.address });
    await catalog.next();
    expect(pages).toBe(1);
    await catalog.return();
    expect(pages).toBe(1);
  });

  it('A client that asks for page after page waits for its turn, and gets every page', async () => {
    const clock = new ManualClock();
    const { server } = await sharing(['a'], { clock, requestRate: 20 });
    const page = async (): Promise<number> => (await list(server.address)).length;
    const pages: number[] = [];
    // Four seconds' worth is answered at once.
    for (let asked = 0; asked < 4; asked += 1) pages.push(await page());
    const early = page().then((length) => pages.push(length));
    await eventually(() => server.load.busy === 1 || undefined);
    expect(pages).toHaveLength(4);
    clock.advance(1050);
    await early;
    expect(pages).toHaveLength(5);
  });

  it.skipIf(isWindows)(
    'A page stays under a quarter of a MiB, however long the names are',
    async () => {
      const names = Array.from({ length: 600 }, (_, index) =>
        `${index}`.padStart(3, '0').padEnd(255, '\u0001'),
      );
      const { server } = await sharing(names);
      const connection = await PeerConnection.open(server.address);
      const { length } = (await connection.request({ want: 'catalog' })).answer;
      connection.close();
      expect(length).toBeGreaterThan(100 * 1024);
      expect(length).toBeLessThanOrEqual(256 * 1024);
      expect(namesOf(await list(server.address))).toEqual(names);
    },
  );

  it('A catalog lists no file twice and every file that stays, while others come and go', async () => {
    const random = new Random();
    const { path, folder, server } = await sharing(numbered(2000));
    const seen: string[] = [];
    const stay = new Set(numbered(2000));
    for await (const { filename } of fetchCatalog({ address: server.address })) {
      seen.push(filename);
      if (seen.length % 100 !== 0) continue;
      // Files that were listed and files that were not, and the very name that a page ended with.
      const gone = seen.length % 500 === 0 ? filename : numbered(2000)[random.below(2000) | 0]!;
      if (stay.delete(gone)) await rm(join(path, gone));
      const come = `file ${String(random.below(2000) | 0).padStart(5, '0')} new`;
      await writeFile(join(path, come), '');
      await eventually(() => (folder.has(come) && !folder.has(gone)) || undefined);
    }
    expect(new Set(seen).size, random.seed).toBe(seen.length);
    expect(
      [...stay].filter((name) => !seen.includes(name)),
      random.seed,
    ).toEqual([]);
  });

  it('A page leaves out files that are gone unnoticed, and is not empty for it', async () => {
    const path = await temporaryFolder();
    for (const name of numbered(1200)) await writeFile(join(path, name), '');
    const { server } = await sharingFolder(path, {}, { watch: () => ({ close: () => undefined }) });
    for (const name of numbered(1100)) await rm(join(path, name));
    expect(namesOf(await list(server.address))).toEqual(numbered(1200).slice(1100));
  });
});

describe('the root of a file', () => {
  it('The root of a file is listed once it is known', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'a'), 'hello\n');
    await writeFile(join(path, 'b'), 'hello\n');
    const library = await openLibrary(path);
    const server = await startFileServer({ library });
    onTestFinished(async () => {
      await server.close();
      await library.close();
    });
    const { manifests } = library;
    const folder = library.folder!;
    expect((await list(server.address)).map(({ root }) => root)).toEqual([undefined, undefined]);
    const file = (await folder.openFile('b'))!;
    onTestFinished(() => file.handle.close());
    const known = await manifests.of(file);
    expect((await list(server.address)).map(({ root }) => root)).toEqual([undefined, known!.root]);
    // The root of the new content under that name is not known.
    await writeFile(join(path, 'new'), 'other\n');
    await rename(join(path, 'new'), join(path, 'b'));
    await eventually(() => !folder.has('new') || undefined);
    expect((await list(server.address)).map(({ root }) => root)).toEqual([undefined, undefined]);
  });
});

describe.skipIf(isWindows)('what is not shared', () => {
  it('Hidden files, links that leave the folder and FIFOs are not listed', async () => {
    const path = await temporaryFolder();
    const outside = await temporaryFolder();
    await writeFile(join(outside, 'secret'), 'secret');
    await mkdir(join(path, '.peerlane'), { mode: 0o700 });
    for (const name of ['file', '.hidden', join('.peerlane', 'part'), 'gone', 'swapped', 'piped'])
      await writeFile(join(path, name), name);
    await symlink('file', join(path, 'link'));
    await symlink(join(outside, 'secret'), join(path, 'leaves'));
    await symlink('nowhere', join(path, 'dangling'));
    const { server } = await sharingFolder(path, {}, { watch: () => ({ close: () => undefined }) });
    expect(namesOf(await list(server.address))).toEqual([
      'file',
      'gone',
      'link',
      'piped',
      'swapped',
    ]);
    // These entries are replaced after the folder was read.
    for (const name of ['gone', 'swapped', 'piped']) await rm(join(path, name));
    await symlink(join(outside, 'secret'), join(path, 'swapped'));
    execFileSync('mkfifo', [join(path, 'piped')]);
    expect(namesOf(await list(server.address))).toEqual(['file', 'link']);
  });

  it.skipIf(process.getuid?.() === 0)('A file that may not be read is not listed', async () => {
    const { path, server } = await sharing(['closed', 'open']);
    await chmod(join(path, 'closed'), 0);
    expect(namesOf(await list(server.address))).toEqual(['open']);
  });
});
