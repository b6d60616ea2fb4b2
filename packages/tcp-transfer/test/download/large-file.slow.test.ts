// A download of a file of over 10^10 bytes.
import { createHash, randomBytes } from 'node:crypto';
import { open, stat, statfs, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pieceCount, pieceLengthFor } from '@peerlane/protocol';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';
import { counting, download, leftoverPath, sharing, sourcesOf } from '../support/peers.ts';

const size = 10_000_000_001;
const pieceLength = pieceLengthFor(size)!;
const pieces = pieceCount(size, pieceLength);
const lastTwo = size - (pieces - 2) * pieceLength;

/** Knows the digests of zeros, and so reads none. */
class ZeroHasher extends PieceHasher {
  readonly offsets: number[] = [];
  readonly #wrong: Set<number>;
  readonly #known = new Map<number, Uint8Array>();

  /** @param wrong where pieces begin that are said to be something else, once */
  constructor(wrong: readonly number[] = []) {
    super({ threads: 2 });
    this.#wrong = new Set(wrong);
  }

  override hash(_fd: number, offset: number, length: number): Promise<Uint8Array> {
    this.offsets.push(offset);
    return Promise.resolve(this.#wrong.delete(offset) ? randomBytes(32) : this.digest(length));
  }

  digest(length: number): Uint8Array {
    const known =
      this.#known.get(length) ?? createHash('sha256').update(Buffer.alloc(length)).digest();
    this.#known.set(length, known);
    return known;
  }
}

it('A download goes on with a file of over 10^10 bytes, to its last byte', async ({ skip }) => {
  const { bavail, bsize } = await statfs(tmpdir());
  skip(bavail * bsize < 1.1 * size, 'needs a disk that could hold the file');
  const served = new ZeroHasher();
  const { address } = await sharing({ file: size }, served);
  const lengths = Array.from({ length: pieces }, (_, piece) =>
    Math.min(pieceLength, size - piece * pieceLength),
  );
  const digests = Buffer.concat(lengths.map((length) => served.digest(length)));
  const { root } = await withRoot({ size, pieceLength, digests });
  const into = await temporaryFolder();
  const left = await leftoverPath(into, root);
  await writeFile(left, '');
  await truncate(left, size);
  const hasher = new ZeroHasher([(pieces - 2) * pieceLength, (pieces - 1) * pieceLength]);
  let received = 0;
  let fromDisk = 0;
  const saved = await download({
    sources: sourcesOf(address),
    into,
    root,
    hasher,
    connect: counting((bytes) => (received += bytes)),
    onProgress: (progress) => (fromDisk = progress.received),
  });
  expect(saved).toMatchObject({ root, size });
  expect(fromDisk).toBe(size);
  expect(received).toBeGreaterThan(lastTwo);
  expect(received).toBeLessThan(lastTwo + digests.length + 10_000);
  expect(new Set(hasher.offsets).size).toBe(pieces);
  expect(await entries(into)).toEqual(['file']);
  const { size: savedSize, blocks } = await stat(join(into, 'file'));
  expect(savedSize).toBe(size);
  expect(blocks * 512).toBeLessThan(2 * pieceLength + 1024 * 1024);
  await using file = await open(join(into, 'file'));
  const end = Buffer.alloc(10, 1);
  expect((await file.read(end, 0, 10, size - 5)).bytesRead).toBe(5);
  expect(end.subarray(0, 5)).toEqual(Buffer.alloc(5));
});
