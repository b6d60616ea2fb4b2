// Opening and closing the files and manifests of a server in one call.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import {
  downloadVerified,
  openLibrary,
  serveConnection,
  startFileServer,
  type Library,
} from '../../src/index.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';

async function folderOf(...names: readonly string[]): Promise<string> {
  const path = await temporaryFolder();
  for (const name of names) await writeFile(join(path, name), `in ${name}`);
  return path;
}

async function warm(library: Library, name: string): Promise<void> {
  const file = await library.files.openFile(name);
  await library.manifests.warm(file!);
  await file!.handle.close();
}

it('A library of a folder serves it so that a client can verify what it gets', async () => {
  const [path, into] = [await folderOf('a'), await temporaryFolder()];
  await using library = await openLibrary(path);
  await using server = await startFileServer({ library });
  const sources = Readable.from([{ address: server.address }]);
  const { hasher } = library;
  const { size } = await downloadVerified({ sources, filename: 'a', into, hasher });
  expect([library.folder?.path, size]).toEqual([path, 4]);
});

it('A library of a list of files serves them over any stream, and writes nothing beside them', async () => {
  const [path, into] = [await folderOf('a', 'b'), await temporaryFolder()];
  await using library = await openLibrary([join(path, 'a')]);
  expect([library.folder, await library.files.namesAfter(undefined, 9)]).toEqual([
    undefined,
    ['a'],
  ]);
  const serving: Promise<unknown>[] = [];
  const connect = () => {
    const [near, far] = duplexPair();
    serving.push(serveConnection(far, library).catch(() => undefined));
    // A pair of streams does not report to one side that the other is closed.
    near.on('close', () => far.destroy());
    return Promise.resolve(near);
  };
  const sources = Readable.from([{ address: { host: '127.0.0.1', port: 1 } }]);
  const { hasher } = library;
  await downloadVerified({ sources, filename: 'a', into, hasher, connect });
  await Promise.all(serving);
  expect(await entries(path)).toEqual(['a', 'b']);
});

it('A library remembers its manifests in the cache folder when it is opened again, and writes nothing beside the files', async () => {
  const path = await folderOf('a');
  const cacheFolder = join(await temporaryFolder(), 'cache');
  for (const shared of [path, [join(path, 'a')]]) {
    const first = await openLibrary(shared, { cacheFolder });
    onTestFinished(() => first.close());
    await warm(first, 'a');
    const known = first.manifests.known((await first.files.statusOf('a'))!);
    await Promise.all([first.close(), first.close()]);
    await using second = await openLibrary(shared, { cacheFolder });
    const status = (await second.files.statusOf('a'))!;
    expect(second.manifests.known(status)).toBeUndefined();
    expect(await second.manifests.recall(status)).toEqual(known);
  }
  expect(await entries(path)).toEqual(['a']);
});

it('A library without a cache folder that can be used works in memory, and says so once', async () => {
  const path = await folderOf('a', 'b');
  const warnings: string[] = [];
  const on = { warning: ({ message }: Error) => warnings.push(message) };
  const library = await openLibrary(path, { cacheFolder: join(path, 'a', 'cache'), on });
  for (const name of ['a', 'b']) await warm(library, name);
  await library.close();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('cannot keep digests on the disk: ENOTDIR');
});

it('A library is not opened if a path is missing or is of the wrong kind', async () => {
  const path = await folderOf('a');
  await expect(openLibrary(join(path, 'no'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(openLibrary(join(path, 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(openLibrary([join(path, 'no')])).rejects.toThrow('there is no file');
});
