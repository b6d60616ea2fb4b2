// Manifests made by real hashing: shared requests, keeping, and failures.
import { createHash } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManifestCache } from '../../src/manifests/manifest-cache.ts';
import { TransferError } from '../../src/index.ts';
import { ManifestStore, type ManifestRequest } from '../../src/manifests/manifest-store.ts';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { HeldHasher, kibibyte, piece, setUp, type Held } from '../support/held-hasher.ts';
import { entries, eventually } from '../support/helpers.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A request that records the pieces that are reported. */
function recording(): ManifestRequest & { readonly reported: [number, number][] } {
  const reported: [number, number][] = [];
  return { reported, onPiece: (index, digest) => reported.push([index, digest[0]!]) };
}

describe('the manifest of a file', () => {
  it.each([
    ['', 'cfa8e1bd66f66d85f38d9d46bfc1dfc0827e5d81d7d0d489b73c354fedd5bbf8'],
    ['hello\n', '467877c0e770c236b269a420449d5b666d2d366a03d79360175f7d961795493b'],
    ['a'.repeat(262145), '3ad68c42aa8c70d4fdf8426ac94abea11b5ffd4b6d2c6455a00b174c64e629f3'],
  ])('A manifest has the root that the wire document says', async (content, root) => {
    const { manifests, open } = await setUp({ file: Buffer.from(content) });
    expect(await manifests.of(await open('file'))).toMatchObject({ root });
  });

  it('A manifest has the digests of all pieces, which are reported in order as they are made', async () => {
    const content = Buffer.from({ length: 5 * piece + 1 }).map((_, index) => index % 251);
    const { manifests, open } = await setUp({ file: content }, new PieceHasher({ threads: 3 }));
    const digests: string[] = [];
    const known = await manifests.of(await open('file'), {
      onPiece: (index, digest) => {
        expect(index).toBe(digests.length);
        digests.push(Buffer.from(digest).toString('hex'));
      },
    });
    const expected = [0, 1, 2, 3, 4, 5].map((index) =>
      sha256(content.subarray(index * piece, (index + 1) * piece)),
    );
    expect(digests).toEqual(expected);
    expect(Buffer.from(known!.manifest.digests).toString('hex')).toBe(expected.join(''));
  });

  it('A manifest is known once it is made, also after a restart, without hashing again', async () => {
    const { path, manifests, cache, open } = await setUp({ file: Buffer.alloc(2 * piece) });
    const file = await open('file');
    expect(manifests.known(file)).toBeUndefined();
    const known = await manifests.of(file);
    expect(manifests.known(await open('file'))).toBe(known);
    await cache.written();
    const hasher = new HeldHasher();
    const restarted = new ManifestStore({ cache: new ManifestCache(join(path, '.cache')), hasher });
    for (const request of [recording(), recording()]) {
      expect(await restarted.of(file, request)).toEqual(known);
      expect(request.reported.map(([index]) => index)).toEqual([0, 1]);
    }
    expect(hasher.held).toEqual([]);
  });

  it('A manifest has pieces of the right length, for a file of 10 GB too', async () => {
    const hasher = new HeldHasher({ threads: 4 });
    const size = 10_000_000_001;
    const { manifests, open } = await setUp({ file: size }, hasher);
    const work = manifests.of(await open('file'));
    const length = 8 * 1024 * kibibyte;
    expect((await hasher.reached(4)).map(({ offset }) => offset / length)).toEqual([0, 1, 2, 3]);
    const parts: { offset: number; length: number }[] = hasher.held.map((part) => ({ ...part }));
    const push = (part: Held): number => {
      part.go();
      return parts.push(part);
    };
    Object.defineProperty(hasher.held, 'push', { value: push });
    for (const { go } of hasher.held) go();
    const known = await work;
    expect(known!.manifest).toMatchObject({ size, pieceLength: length });
    expect(parts).toHaveLength(1193);
    expect(known!.manifest.digests).toHaveLength(1193 * 32);
    expect(parts.at(-1)).toMatchObject({ offset: 1192 * length, length: size - 1192 * length });
    expect(parts.slice(0, -1).every((part) => part.length === length)).toBe(true);
  });

  it('A file that is too large has no manifest', async () => {
    const { manifests, open } = await setUp({ file: 1 });
    const file = { ...(await open('file')), size: 2 ** 41 + 1 };
    expect(await manifests.of(file)).toBeUndefined();
    await manifests.warm(file);
  });

  it('A file is hashed once for all requests meanwhile, and all pieces are reported to each', async () => {
    const hasher = new HeldHasher({ threads: 2 });
    const { manifests, open } = await setUp({ file: 3 * piece }, hasher);
    const requests = [recording(), recording(), recording()];
    const work = [manifests.of(await open('file'), requests[0])];
    await hasher.reached(2);
    work.push(manifests.of(await open('file'), requests[1]));
    hasher.held[1]!.go();
    await hasher.reached(3);
    expect(requests[0]!.reported).toEqual([]);
    hasher.held[0]!.go();
    await eventually(() => requests[0]!.reported[1]);
    work.push(manifests.of(await open('file'), requests[2]));
    expect(requests.map(({ reported }) => reported.length)).toEqual([2, 2, 2]);
    hasher.held[2]!.go();
    const [first, ...others] = await Promise.all(work);
    for (const other of others) expect(other).toBe(first);
    for (const { reported } of requests)
      expect(reported).toEqual([
        ...[
          [0, 1],
          [1, 2],
          [2, 3],
        ],
      ]);
    expect(hasher.held).toHaveLength(3);
  });

  it('Hashing goes on for others after a request is aborted, which ends when its file is not being read', async () => {
    const hasher = new HeldHasher({ threads: 1 });
    const { manifests, open } = await setUp({ file: 2 * piece }, hasher);
    const [leaving, staying] = [await open('file'), await open('file')];
    const controller = new AbortController();
    let left: unknown;
    const gone = manifests.of(leaving, { signal: controller.signal }).catch((error: unknown) => {
      left = error;
    });
    const stays = manifests.of(staying);
    await hasher.reached(1);
    controller.abort(new Error('enough'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(left).toBeUndefined();
    hasher.held[0]!.go();
    await gone;
    expect(left).toEqual(new Error('enough'));
    await hasher.reached(2);
    expect(hasher.held.map(({ fd }) => fd)).toEqual([leaving.handle.fd, staying.handle.fd]);
    hasher.held[1]!.go();
    expect((await stays)!.manifest.digests).toHaveLength(64);
  });

  it('Hashing is given up when all requests are aborted, and begins anew for a later one', async () => {
    const hasher = new HeldHasher({ threads: 1 });
    const { manifests, open } = await setUp({ file: 2 * piece }, hasher);
    const file = await open('file');
    const controller = new AbortController();
    const gone = manifests.of(file, { signal: controller.signal });
    await hasher.reached(1);
    controller.abort(new Error('enough'));
    const work = manifests.of(file);
    await hasher.reached(2);
    hasher.held[0]!.go();
    await expect(gone).rejects.toThrow('enough');
    await new Promise((resolve) => setImmediate(resolve));
    const joining = manifests.of(file);
    hasher.letAllGo();
    expect(await joining).toBe(await work);
    expect(hasher.held.map(({ offset }) => offset)).toEqual([0, 0]);
    await expect(manifests.of(file, { signal: controller.signal })).rejects.toThrow('enough');
  });

  it.each(['before', 'after'])(
    'A file that changes %s its last piece gets no manifest',
    async (when) => {
      const hasher = new HeldHasher({ threads: 1 });
      const { path, manifests, cache, open } = await setUp({ file: 2 * piece }, hasher);
      const file = await open('file');
      const work = Promise.allSettled([manifests.of(file), manifests.of(file)]);
      await hasher.reached(1);
      if (when === 'before') await appendFile(join(path, 'file'), 'x');
      hasher.held[0]!.go();
      await hasher.reached(2);
      if (when === 'after') await appendFile(join(path, 'file'), 'x');
      hasher.held[1]!.go();
      for (const result of await work) {
        const reason = result.status === 'rejected' ? (result.reason as unknown) : undefined;
        expect(TransferError.is(reason) && reason.code).toBe('changed');
      }
      expect(manifests.known(file)).toBeUndefined();
      await cache.written();
      expect(await entries(path)).toEqual(['file']);
    },
  );

  it('A piece that fails ends the hashing, and a later request tries again', async () => {
    const hasher = new HeldHasher({ threads: 2 });
    const { manifests, open } = await setUp({ file: 9 * piece }, hasher);
    const file = await open('file');
    const work = manifests.of(file);
    await hasher.reached(2);
    hasher.held[0]!.fail(new Error('EIO'));
    hasher.held[1]!.go();
    await expect(work).rejects.toThrow('EIO');
    expect(hasher.held).toHaveLength(2);
    const next = manifests.of(file);
    hasher.letAllGo();
    await eventually(() => (hasher.held.length >= 2 ? true : undefined));
    expect((await next)!.manifest.digests).toHaveLength(9 * 32);
  });

  it('The manifest of a file that may still change unseen is known for the moment, but not kept', async () => {
    let now = Date.now() - 60_000;
    const { path, manifests, cache, open } = await setUp(
      { file: Buffer.alloc(piece) },
      undefined,
      () => now,
    );
    const file = await open('file');
    const written = Number(file.identity.ctimeNs / 1_000_000n);
    now = written + 1999;
    const first = await manifests.of(file);
    expect(manifests.known(file)).toBe(first);
    await cache.written();
    expect(await entries(path)).toEqual(['file']);
    const second = await manifests.of(file);
    expect(second).not.toBe(first);
    now = written + 2001;
    const third = await manifests.of(file);
    expect(third).not.toBe(second);
    expect(await manifests.of(file)).toBe(third);
    expect(manifests.known(file)).toBe(third);
    await cache.written();
    expect(await entries(path)).toEqual(['.cache', 'file']);
  });

  it('At most two large files are hashed at a time, and small ones beside them', async () => {
    const hasher = new HeldHasher({ threads: 1 });
    const large = 17 * 1024 * kibibyte;
    const { manifests, open } = await setUp({ a: large, b: large, c: large, small: 1 }, hasher);
    const files = await Promise.all(['a', 'b', 'c', 'small'].map(open));
    const work = files.map((file) => manifests.of(file));
    await hasher.reached(3);
    const reading = new Set(hasher.held.map(({ fd }) => fd));
    expect(reading).toEqual(new Set([0, 1, 3].map((index) => files[index]!.handle.fd)));
    hasher.letAllGo();
    await Promise.all(work);
  });

  it('A file is hashed to the end when nobody waits, through one open file, and 16 files at most', async () => {
    const hasher = new HeldHasher({ threads: 1 });
    const names = Array.from({ length: 17 }, (_, each) => `${each}`);
    const { manifests, open } = await setUp(
      Object.fromEntries(names.map((name) => [name, 1])),
      hasher,
    );
    const files = await Promise.all(names.map(open));
    let finished = 0;
    const work = files.map(async (file) => {
      await manifests.finish(file);
      finished += 1;
    });
    await manifests.finish(await open('0'));
    await work[16];
    expect(finished).toBe(1);
    hasher.letAllGo();
    await Promise.all(work);
    expect(files.map((file) => manifests.known(file) !== undefined)).toEqual(
      names.map((_, each) => each < 16),
    );
    await manifests.finish(files[16]!);
    expect(manifests.known(files[16]!)).toBeDefined();
  });
});
