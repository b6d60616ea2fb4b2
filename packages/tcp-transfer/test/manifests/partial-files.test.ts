// Files that are served while they are downloaded.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { KnownManifest } from '../../src/manifests/known-manifest.ts';
import { PartialFiles } from '../../src/manifests/partial-files.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

const piece = 262_144;

function known(root: string, size = 3 * piece): KnownManifest {
  return { root, manifest: { size, pieceLength: piece, digests: new Uint8Array() } };
}

async function opener(): Promise<() => ReturnType<typeof open>> {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, '');
  return () => open(path);
}

it('A part of a file is there when each of its pieces is', async () => {
  const files = new PartialFiles(new ManualClock());
  const file = (await files.add(known('a', 2 * piece + 5), await opener()))!;
  file.add(0);
  file.add(2);
  expect([...file.pieces]).toEqual([0, 2]);
  expect(file.hasPart(0, piece)).toBe(true);
  expect(file.hasPart(1, piece + 1)).toBe(false);
  expect(file.hasPart(2 * piece, 2 * piece + 5)).toBe(true);
  expect(file.hasPart(2 * piece, 2 * piece + 6)).toBe(false);
  await files.close();
});

it('A complete file is served a minute longer, one that failed no longer', async () => {
  const clock = new ManualClock();
  const files = new PartialFiles(clock);
  const [complete, failed] = await Promise.all(
    ['a', 'b'].map(async (root) => (await files.add(known(root), await opener()))!),
  );
  await files.end(complete!, true);
  await files.end(failed!, false);
  expect(files.find('b')).toBeUndefined();
  clock.advance(59_999);
  expect(files.find('a')).toBe(complete);
  clock.advance(1);
  expect(files.find('a')).toBeUndefined();
  await expect(complete!.handle.stat()).rejects.toThrow();
});

it('At most 64 files are served, and a new one takes the place of one that has ended', async () => {
  const files = new PartialFiles(new ManualClock());
  const add = async (root: string): ReturnType<PartialFiles['add']> =>
    files.add(known(root), await opener());
  const first = await add('0');
  for (let root = 1; root < 64; root += 1) await add(String(root));
  expect(await add('64')).toBeUndefined();
  expect(await add('1')).toBeUndefined();
  await files.end(first!, true);
  expect(await add('64')).toBeDefined();
  expect(files.find('0')).toBeUndefined();
  await files.close();
  expect(files.find('1')).toBeUndefined();
  expect(await add('65')).toBeUndefined();
});
