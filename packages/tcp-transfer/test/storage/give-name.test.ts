// Naming finished files on disks that refuse one way after the other.
import { link, mkdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeldFolder } from '../../src/paths/held-folder.ts';
import { clearUnfinished } from '../../src/index.ts';
import type { NameCalls } from '../../src/storage/give-name.ts';
import { placeFile, type Existing, type PlacedFile } from '../../src/storage/place-file.ts';
import { ownIdentity } from '../../src/leftovers/process-identity.ts';
import { nameOfCopy } from '../../src/leftovers/unfinished-name.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';

type Call = (from: string, to: string) => Promise<void>;

const refusing =
  (code: string): Call =>
  () =>
    Promise.reject(Object.assign(new Error(code), { code }));

/** Only within one folder, as for a process that may not move files to another one. */
const within =
  (call: Call, code: string): Call =>
  (from, to) =>
    (from.includes('.hidden') ? refusing(code) : call)(from, to);

/** A folder with a finished file in a hidden folder, which is placed by a disk that refuses. */
async function scene(calls: NameCalls): Promise<{
  readonly path: string;
  readonly place: (existing?: Existing, signal?: AbortSignal) => Promise<PlacedFile>;
}> {
  const path = await temporaryFolder();
  await mkdir(join(path, '.hidden'));
  const from = join(path, '.hidden', 'part');
  await writeFile(from, 'new');
  await utimes(from, 1_000_000, 1_000_000);
  const place = async (existing?: Existing, signal?: AbortSignal): Promise<PlacedFile> => {
    await using folder = await HeldFolder.open(path);
    return await placeFile(from, folder, { name: 'file.txt', existing, signal, calls });
  };
  return { path, place };
}

const disks: [string, NameCalls][] = [
  ...['EPERM', 'ENOTSUP', 'EXDEV', 'EINVAL', 'EIO', 'ESTRANGE'].map((code): [string, NameCalls] => [
    `no links (${code})`,
    { link: refusing(code), rename },
  ]),
  ...['EXDEV', 'EINVAL', 'EACCES', 'ESTRANGE'].map((code): [string, NameCalls] => [
    `nothing from one folder to another (${code})`,
    { link: within(link, code), rename: within(rename, code) },
  ]),
  [
    'no links, and no renames from one folder to another',
    { link: refusing('EPERM'), rename: within(rename, 'EXDEV') },
  ],
  ['neither links nor renames', { link: refusing('EPERM'), rename: refusing('EINVAL') }],
];

describe('a finished file on a disk that refuses', () => {
  it.each(disks)('On a disk that makes %s a file gets its name', async (_what, calls) => {
    const { path, place } = await scene(calls);
    expect(await place()).toEqual({ name: 'file.txt', created: true });
    expect(await readFile(join(path, 'file.txt'), 'utf8')).toBe('new');
    expect((await stat(join(path, 'file.txt'))).mtimeMs).toBe(1_000_000_000);
    expect(await entries(path)).toEqual(['.hidden', 'file.txt']);
  });

  it.each(disks)('On a disk that makes %s no file is overwritten', async (_what, calls) => {
    const { path, place } = await scene(calls);
    await writeFile(join(path, 'file.txt'), 'old');
    expect(await place()).toEqual({ name: 'file (1).txt', created: true });
    expect(await readFile(join(path, 'file.txt'), 'utf8')).toBe('old');
    await expect(place('refuse')).rejects.toMatchObject({ code: 'exists' });
    expect(await entries(path)).toEqual(['.hidden', 'file (1).txt', 'file.txt']);
  });

  it('A file that comes under the name while a copy is made is not overwritten', async () => {
    let isThere = false;
    const { path, place } = await scene({
      link: async (from, to) => {
        if (!from.includes('.hidden') && !isThere) await writeFile(to, 'theirs');
        isThere ||= !from.includes('.hidden');
        await refusing('EPERM')(from, to);
      },
      rename: within(rename, 'EXDEV'),
    });
    expect(await place()).toEqual({ name: 'file (1).txt', created: true });
    expect(await readFile(join(path, 'file.txt'), 'utf8')).toBe('theirs');
    expect(await readFile(join(path, 'file (1).txt'), 'utf8')).toBe('new');
  });

  it('A file that is to be replaced is, also by a disk that moves none between folders', async () => {
    const { path, place } = await scene({ link, rename: within(rename, 'EXDEV') });
    await writeFile(join(path, 'file.txt'), 'old');
    expect(await place('replace')).toEqual({ name: 'file.txt', created: true });
    expect(await readFile(join(path, 'file.txt'), 'utf8')).toBe('new');
    expect(await entries(path)).toEqual(['.hidden', 'file.txt']);
  });

  it('A link that was made although the disk said no counts', async () => {
    const { path, place } = await scene({
      link: async (from, to) => {
        await link(from, to);
        await refusing('EEXIST')(from, to);
      },
      rename,
    });
    expect(await place()).toEqual({ name: 'file.txt', created: true });
    expect(await entries(path)).toEqual(['.hidden', 'file.txt']);
  });

  it('An aborted copy leaves nothing', async () => {
    const { path, place } = await scene({ link: refusing('EIO'), rename: refusing('EIO') });
    let looks = 0;
    const stop = new Error('stop');
    const signal = {
      throwIfAborted: () => {
        looks += 1;
        if (looks === 3) throw stop;
      },
    };
    await expect(place('rename', signal as AbortSignal)).rejects.toBe(stop);
    expect(await entries(path)).toEqual(['.hidden']);
  });

  it('A copy that a killed process left is removed by the next download', async () => {
    const path = await temporaryFolder();
    const dead = nameOfCopy({ ...ownIdentity(), start: '00000000' });
    for (const name of [dead, nameOfCopy(ownIdentity()), '.peerlane-notes'])
      await writeFile(join(path, name), 'x');
    expect(await clearUnfinished(path)).toBe(1);
    expect(await entries(path)).not.toContain(dead);
    expect(await entries(path)).toHaveLength(2);
  });
});
