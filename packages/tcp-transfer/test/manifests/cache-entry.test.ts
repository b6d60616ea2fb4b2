// The bytes of a cache entry, the folder of entries, manifests in memory, and the age of identities.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntry, encodeEntry } from '../../src/manifests/cache-entry.ts';
import { CacheFolder } from '../../src/manifests/cache-folder.ts';
import { timeUntilDistinct } from '../../src/sharing/file-identity.ts';
import { ManifestLru } from '../../src/manifests/manifest-lru.ts';
import { temporaryFolder } from '../support/helpers.ts';

const pieceLength = 256 * 1024;

describe('an entry of the cache', () => {
  const identities = fc.record({
    dev: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    ino: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    size: fc.bigInt({ min: 0n, max: BigInt(4 * pieceLength) }),
    mtimeNs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
    ctimeNs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
  });

  it('A decoded entry is what was encoded, unless a bit has changed', async () => {
    await fc.assert(
      fc.asyncProperty(identities, fc.nat(), async (of, position) => {
        const size = Number(of.size);
        const digests = new Uint8Array(Math.ceil(size / pieceLength) * 32).fill(position);
        const bytes = await encodeEntry(of, { size, pieceLength, digests });
        expect(await decodeEntry(bytes, of)).toEqual({ size, pieceLength, digests });
        bytes[position % bytes.length]! ^= 1 << (position % 8);
        expect(await decodeEntry(bytes, of)).toBeUndefined();
      }),
    );
  });
});

describe('an entry that is right but for its number of digests', () => {
  it.each([0, 1, 3])('An entry with %i of two digests is not decoded', async (count) => {
    const size = 2 * pieceLength;
    const of = { dev: 1n, ino: 1n, size: BigInt(size), mtimeNs: 1n, ctimeNs: 1n };
    const digests = new Uint8Array(count * 32);
    const bytes = await encodeEntry(of, { size, pieceLength, digests });
    expect(await decodeEntry(bytes, of)).toBeUndefined();
  });
});

describe('a folder of entries', () => {
  it('An entry of another length than expected is not read', async () => {
    const folder = new CacheFolder(await temporaryFolder(), 10, Date.now);
    await folder.write('a', new Uint8Array(5));
    expect(await folder.read('a', 5)).toHaveLength(5);
    for (const length of [4, 6]) expect(await folder.read('a', length)).toBeUndefined();
  });
});

describe('manifests in memory', () => {
  it('Manifests in memory are bounded in bytes, and the least recently used one goes first', () => {
    const manifest = { size: 1, pieceLength, digests: new Uint8Array(64) };
    const known = { root: '', manifest };
    const lru = new ManifestLru(3 * (64 + 1024));
    for (const key of ['a', 'b', 'c', 'a']) lru.set(key, known);
    expect(lru.get('b')).toBeDefined();
    lru.set('d', known);
    expect(['a', 'b', 'c', 'd'].map((key) => lru.get(key) !== undefined)).toEqual([
      ...[true, true, false, true],
    ]);
    for (const key of ['a', 'b', 'd', 'a']) lru.delete(key);
    for (const key of ['e', 'f', 'g']) lru.set(key, known);
    expect(['e', 'f', 'g'].every((key) => lru.get(key))).toBe(true);
  });
});

describe('the time until a file cannot change unseen', () => {
  const now = 1767225600_000;
  const at = (milliseconds: number): bigint => BigInt(now + milliseconds) * 1_000_000n;
  it.each([
    ['written just now', 0, 0, 2000],
    ['written a second ago', -1000, -1000, 1000],
    ['written two seconds ago', -2000, -2000, 0],
    ['whose time was set back just now', -999_999, -500, 1500],
    ['whose time was set to the future long ago', 999_999, -999_999, 0],
    ['on a disk that knows only when it was written', -500, -now, 1500],
    ['on a disk whose clock is ahead', 999_999, 999_999, 2000],
  ])(
    'The time until a write is certain to show is right for a file %s',
    (_what, mtime, ctime, expected) => {
      expect(
        timeUntilDistinct(
          { dev: 1n, ino: 1n, size: 1n, mtimeNs: at(mtime), ctimeNs: at(ctime) },
          now,
        ),
      ).toBe(expected);
    },
  );
});
