// Entries of a tree or a pack that were exchanged, or go, or are written to, while they are read.
import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { TreeEntry } from '@peerlane/protocol';
import type { SharedFile } from '../../src/sharing/served-files.ts';
import { TransferError } from '../../src/transfer-error.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { FakeFolder } from '../support/fake-folders.ts';
import { ask, connected, packOf, serving, treeIn, treeOf } from '../support/folder-client.ts';
import { HeldHasher } from '../support/held-hasher.ts';
import { ManualClock } from '../support/manual-clock.ts';

const isWindows = process.platform === 'win32';

/** A folder whose index knows `file` and `sub/file`, whatever is done to them afterwards. */
async function known(): Promise<FakeFolder> {
  const path = await temporaryFolder();
  await mkdir(join(path, 'sub'));
  await writeFile(join(path, 'file'), 'content');
  await writeFile(join(path, 'sub', 'file'), 'content');
  const folder = new FakeFolder(path, 'f');
  await folder.entriesAfter(undefined, 1);
  return folder;
}

const omitted = (reason: string, ...path: string[]): TreeEntry => ({
  path,
  kind: 'omitted',
  reason,
});

describe.skipIf(isWindows)('what stands in the place of a file', () => {
  it('A file that was exchanged for a link to one outside is neither listed nor sent', async () => {
    const folder = await known();
    const outside = join(await temporaryFolder(), 'secret');
    await writeFile(outside, 'secret');
    await unlink(join(folder.path, 'file'));
    await symlink(outside, join(folder.path, 'file'));
    const { address } = await serving([folder]);
    expect((await treeOf(address, 'f'))[0]).toEqual(omitted('unreadable', 'file'));
    expect(await packOf(address, 'f', [['file']])).toEqual([{ error: 'not-found' }]);
  });

  it('What a link in the place of a folder leads to is neither listed nor sent', async () => {
    const folder = await known();
    const outside = await temporaryFolder();
    await writeFile(join(outside, 'file'), 'secret');
    await rename(join(folder.path, 'sub'), join(folder.path, 'gone'));
    await symlink(outside, join(folder.path, 'sub'));
    const { address } = await serving([folder]);
    expect((await treeOf(address, 'f'))[2]).toEqual(omitted('unreadable', 'sub', 'file'));
    expect(await packOf(address, 'f', [['sub', 'file']])).toEqual([{ error: 'not-found' }]);
  });

  it('A FIFO in the place of a file is not waited for', async () => {
    const folder = await known();
    await unlink(join(folder.path, 'file'));
    execFileSync('mkfifo', [join(folder.path, 'file')]);
    const { address } = await serving([folder]);
    expect((await treeOf(address, 'f'))[0]).toEqual(omitted('unreadable', 'file'));
    expect(await packOf(address, 'f', [['file']])).toEqual([{ error: 'not-found' }]);
  });
});

it('A file that is gone is not listed', async () => {
  const folder = await known();
  await unlink(join(folder.path, 'file'));
  const { address } = await serving([folder]);
  expect((await treeOf(address, 'f')).map(({ path }) => path)).toEqual([['sub'], ['sub', 'file']]);
});

/** A folder whose files are opened by a function of the test. */
class OpenedBy extends FakeFolder {
  override readonly locate = undefined as never;
  readonly open: (path: readonly string[]) => Promise<SharedFile | undefined>;

  constructor(folder: FakeFolder, open: OpenedBy['open']) {
    super(folder.path, folder.name);
    this.open = open;
  }

  override openFile(path: readonly string[]): Promise<SharedFile | undefined> {
    return this.open(path);
  }
}

describe('a file that is being written to', () => {
  it('A file that changes again and again is omitted, and the rest is listed', async () => {
    const real = await known();
    const folder = new OpenedBy(real, (path) => {
      if (path.length > 1) return real.openFile(path);
      return Promise.reject(new TransferError('changed', 'the file is being written to'));
    });
    const { address } = await serving([folder]);
    const [file, , other] = await treeOf(address, 'f');
    expect(file).toEqual(omitted('changing', 'file'));
    expect(other).toMatchObject({ kind: 'file', size: 7 });
    expect(await packOf(address, 'f', [['file'], ['sub', 'file']])).toEqual([
      { error: 'changed' },
      { content: Buffer.from('content') },
    ]);
  });

  it('A file that is waited for is omitted after three seconds', async () => {
    const folder = new OpenedBy(await known(), () => new Promise(() => undefined));
    const clock = new ManualClock();
    const { address } = await serving([folder], { clock });
    const entries = await passing(clock, treeOf(address, 'f'));
    expect(entries[0]).toEqual(omitted('changing', 'file'));
  });
});

describe('a large file', () => {
  it('A file of several pieces is hashed with its neighbours, not opened by itself', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'a'), 'a');
    await writeFile(join(path, 'b'), Buffer.alloc(300_000));
    await setTimeout(100);
    const folder = new FakeFolder(path, 'f');
    const { address } = await serving([folder]);
    expect(await treeOf(address, 'f')).toMatchObject([
      { path: ['a'], size: 1 },
      { path: ['b'], size: 300_000, root: expect.any(String) as string },
    ]);
    expect(folder.opened).toEqual([]);
  });

  it('A page is sent with what is there while a large file is hashed, and the next is busy', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, 'a'));
    await writeFile(join(path, 'b'), Buffer.alloc(5_000_000));
    const clock = new ManualClock();
    const hasher = new HeldHasher();
    const { address } = await serving([new FakeFolder(path, 'f')], { clock }, hasher);
    const connection = await connected(address);
    const request = { want: 'tree', filename: 'f' };
    const page = ask(connection, request);
    await hasher.reached(1);
    clock.advance(250);
    const { answer, data } = await page;
    expect(treeIn(data)).toEqual([{ path: ['a'], kind: 'folder' }]);
    expect(answer.cursor).toBe('a');

    const second = ask(connection, { ...request, cursor: 'a' });
    await expect(passing(clock, second)).rejects.toMatchObject({ code: 'busy' });

    hasher.letAllGo();
    const last = await passing(clock, ask(connection, { ...request, cursor: 'a' }));
    expect(treeIn(last.data)).toMatchObject([{ path: ['b'], kind: 'file', size: 5_000_000 }]);
    expect(last.answer.cursor).toBeUndefined();
  });
});

/** Lets time pass as long as something is not over. */
async function passing<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    clock.advance(100);
  }, 1);
  return work.finally(() => {
    clearInterval(timer);
  });
}
