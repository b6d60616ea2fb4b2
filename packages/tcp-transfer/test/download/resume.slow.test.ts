// Downloads that go on with the files of an earlier one.
import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';
import {
  counting,
  download,
  leftIn,
  leftoverPath,
  openFilesIn,
  piece,
  sharing,
  sourcesOf,
} from '../support/peers.ts';

const pieces = 20;
const content = randomBytes(pieces * piece - 100);

/** Lines of answers and digests, which come too. */
const besides = 20_000;

/** What an earlier download has left, with these pieces wrong. */
function leftover(...wrong: number[]): Buffer {
  const left = Buffer.from(content);
  for (const each of wrong) left[each * piece + 7]! ^= 1;
  return left;
}

const digests = Array.from({ length: pieces }, (_, each) =>
  createHash('sha256')
    .update(content.subarray(each * piece, (each + 1) * piece))
    .digest(),
);
const { root } = await withRoot({
  size: content.length,
  pieceLength: piece,
  digests: Buffer.concat(digests),
});

describe('what an earlier download has left', () => {
  /** Goes on with what is there, and tells how many bytes came. */
  async function goOn(into: string): Promise<number> {
    const { address } = await sharing({ file: content });
    let received = 0;
    const connect = counting((bytes) => (received += bytes));
    const progress: number[] = [];
    await download({
      sources: sourcesOf(address),
      into,
      root,
      connect,
      onProgress: (now) => progress.push(now.received),
    });
    // What was left counts from the first report on.
    expect(progress[0]).toBeGreaterThanOrEqual(content.length - received);
    expect(progress.at(-1)).toBe(content.length);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect((await readFile(join(into, 'file'))).equals(content)).toBe(true);
    expect(openFilesIn(into)).toEqual([]);
    return received;
  }

  it.each<[string, () => Buffer, number]>([
    ['that is whole: nothing comes', () => leftover(), 0],
    ['with wrong pieces here and there: only these come', () => leftover(0, 3, 4, 11, 19), 5],
    ['that is shorter: the rest comes', () => content.subarray(0, 7 * piece + 5), pieces - 7],
    ['that is longer: nothing comes', () => Buffer.concat([content, randomBytes(piece)]), 0],
    ['that is empty: all comes', () => Buffer.alloc(0), pieces],
    ['that is something else: all comes', () => randomBytes(content.length), pieces],
  ])('A file was left %s', async (_what, left, missing) => {
    const into = await temporaryFolder();
    await writeFile(await leftoverPath(into, root), left());
    const received = await goOn(into);
    expect(received).toBeLessThan(missing * piece + besides);
    expect(received).toBeGreaterThan(missing * piece - 101);
    expect(await entries(into)).toEqual(['file']);
  });

  it.skipIf(process.platform === 'win32')(
    'A link in the place of what was left is not followed',
    async () => {
      const [into, outside] = [await temporaryFolder(), await temporaryFolder()];
      await writeFile(join(outside, 'precious'), 'mine');
      await symlink(join(outside, 'precious'), await leftoverPath(into, root));
      await goOn(into);
      expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('mine');
      expect(await leftIn(into)).toHaveLength(1);
    },
  );

  it('A folder in the place of what was left stays as it is', async () => {
    const into = await temporaryFolder();
    await mkdir(await leftoverPath(into, root));
    await goOn(into);
    expect(await leftIn(into)).toHaveLength(1);
  });

  it('A file that was left, and has its name by now, is not written to', async () => {
    const into = await temporaryFolder();
    const left = await leftoverPath(into, root);
    await writeFile(left, 'changed since');
    await link(left, join(into, 'mine'));
    await goOn(into);
    expect(await readFile(join(into, 'mine'), 'utf8')).toBe('changed since');
    expect(await entries(into)).toEqual(['file', 'mine']);
  });

  it('Of several files that were left, a download goes on with one', async () => {
    const into = await temporaryFolder();
    for (const wrong of [1, 2]) await writeFile(await leftoverPath(into, root), leftover(wrong));
    expect(await goOn(into)).toBeLessThan(2 * piece);
    expect(await leftIn(into)).toHaveLength(1);
  });

  it('A download that failed because its name was in use goes on under another name', async () => {
    const into = await temporaryFolder();
    await writeFile(join(into, 'file'), 'mine');
    const { address } = await sharing({ file: content });
    const refused = download({ sources: sourcesOf(address), into, existing: 'refuse' });
    await expect(refused).rejects.toMatchObject({ code: 'exists' });
    expect(await leftIn(into)).toHaveLength(1);
    let received = 0;
    const connect = counting((bytes) => (received += bytes));
    await download({ sources: sourcesOf(address), into, saveAs: 'other', connect });
    expect(received).toBeLessThan(besides);
    expect((await readFile(join(into, 'other'))).equals(content)).toBe(true);
    expect(await entries(into)).toEqual(['file', 'other']);
  });
});
