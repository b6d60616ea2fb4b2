// Hostile requests for folders: nothing outside of them is opened, and each gets a plain answer.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TreePath } from '@peerlane/protocol';
import type { FileServer } from '../../src/index.ts';
import type { ServedFiles } from '../../src/sharing/served-files.ts';
import { startFileServer } from '../../src/server/file-server.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { FakeFolder } from '../support/fake-folders.ts';
import { ask, connected, packIn, packOf, serving, treeIn } from '../support/folder-client.ts';

/** A folder beside a secret that is not served. */
async function scene(): Promise<{ readonly folder: FakeFolder; readonly server: FileServer }> {
  const above = await temporaryFolder();
  await writeFile(join(above, 'secret'), 'secret');
  const path = join(above, 'f');
  await mkdir(join(path, 'sub'), { recursive: true });
  await writeFile(join(path, 'file'), 'content');
  await writeFile(join(path, '.hidden'), 'hidden');
  const folder = new FakeFolder(path, 'f');
  return { folder, server: await serving([folder]) };
}

const refusal = (code: string): { readonly message: string } => ({
  message: expect.stringContaining(`(${code})`) as string,
});

describe('a pack', () => {
  const hostile: Readonly<Record<string, TreePath>> = {
    '..': ['..', 'secret'],
    'a name with slashes': ['sub/../../secret'],
    'an absolute path': ['/etc/passwd'],
    'an empty name': ['', 'file'],
    'a dot': ['.', 'file'],
    'a hidden file': ['.hidden'],
    'a NUL': ['file\0'],
    'a folder': ['sub'],
    'what lies below a file': ['file', 'x'],
    'a thousand names': Array.from({ length: 1000 }, () => 'a'),
    'a path of more than 4,096 bytes': Array.from({ length: 20 }, () => 'a'.repeat(250)),
  };
  for (const [what, path] of Object.entries(hostile))
    it(`An entry that is ${what} is not found`, async () => {
      const { folder, server } = await scene();
      const got = await packOf(server.address, 'f', [path, ['file']]);
      expect(got).toEqual([{ error: 'not-found' }, { content: Buffer.from('content') }]);
      for (const place of folder.opened) expect(place.startsWith(`${folder.path}/`)).toBe(true);
    });

  it('The same file a thousand times is sent a thousand times, within the bound', async () => {
    const { folder, server } = await scene();
    await writeFile(join(folder.path, 'b'), Buffer.alloc(100_000));
    const got = await packOf(
      server.address,
      'f',
      Array.from({ length: 1000 }, () => ['b']),
    );
    expect(got).toHaveLength(1000);
    expect(got.filter((file) => 'content' in file)).toHaveLength(41);
    expect(got.at(-1)).toEqual({ error: 'later' });
  });

  it('A pack without entries is a bad request', async () => {
    const { server } = await scene();
    const connection = await connected(server.address);
    await expect(ask(connection, { want: 'pack', filename: 'f' })).rejects.toMatchObject(
      refusal('bad-request'),
    );
    const { data } = await ask(connection, { want: 'pack', filename: 'f', entries: [['file']] });
    expect(packIn(data)).toHaveLength(1);
  });

  it('A root in the request is ignored', async () => {
    const { server } = await scene();
    const connection = await connected(server.address);
    const request = { want: 'pack', filename: 'f', entries: [['file']], root: '0'.repeat(64) };
    expect(packIn((await ask(connection, request)).data)).toHaveLength(1);
    const tree = { want: 'tree', filename: 'f', root: '0'.repeat(64) };
    expect(treeIn((await ask(connection, tree)).data)).toHaveLength(2);
  });
});

describe('a tree', () => {
  it('A forged cursor gets a part of the tree or a refusal, and nothing else', async () => {
    const { folder, server } = await scene();
    const connection = await connected(server.address);
    for (const cursor of [
      '..',
      '../..',
      '/',
      '//',
      '\0',
      '/etc',
      'sub/../..',
      '\uffff',
      ' ',
      '[',
    ]) {
      const { data } = await ask(connection, { want: 'tree', filename: 'f', cursor });
      for (const { path } of treeIn(data)) expect(['file', 'sub']).toContain(path.join('/'));
    }
    for (const place of folder.opened) expect(place.startsWith(`${folder.path}/`)).toBe(true);
  });

  it('A cursor of too many names, or too long, is a bad request', async () => {
    const { server } = await scene();
    const connection = await connected(server.address);
    for (const cursor of ['a/'.repeat(64), '/'.repeat(4000), 'a'.repeat(4097)])
      await expect(ask(connection, { want: 'tree', filename: 'f', cursor })).rejects.toMatchObject(
        refusal('bad-request'),
      );
  });

  it('A request that names no folder is a bad request, and one for a strange folder is not found', async () => {
    const { server } = await scene();
    const connection = await connected(server.address);
    for (const want of ['tree', 'pack']) {
      const entries = [['file']];
      await expect(ask(connection, { want, entries })).rejects.toMatchObject(
        refusal('bad-request'),
      );
      for (const filename of ['..', '../f', '/', '/etc', 'f/..', 'F', 'g'.repeat(7000)])
        await expect(ask(connection, { want, filename, entries })).rejects.toMatchObject({
          code: 'no-file',
        });
    }
  });
});

it('A server without folders refuses each request for one as unsupported', async () => {
  const files: ServedFiles = {
    openFile: () => Promise.resolve(undefined),
    statusOf: () => Promise.resolve(undefined),
    namesAfter: () => Promise.resolve([]),
  };
  await using server = await startFileServer({ library: { files } });
  const connection = await connected(server.address);
  for (const want of ['folders', 'tree', 'pack'])
    await expect(ask(connection, { want, filename: 'f', entries: [['a']] })).rejects.toMatchObject(
      refusal('unsupported'),
    );
});
