// The manifest cache on a real disk: entries that it keeps, removes, and does not believe.
import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  readdir,
  rename,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManifestCache } from '../../src/manifests/manifest-cache.ts';
import type { FileIdentity } from '../../src/sharing/file-identity.ts';
import { clearUnfinished } from '../../src/index.ts';
import type { KnownManifest } from '../../src/manifests/known-manifest.ts';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';
import { attacker, noOthers } from '../support/neighbours.ts';

const pieceLength = 256 * 1024;
const day = 24 * 60 * 60 * 1000;

const identity = (ino: number, more: Partial<FileIdentity> = {}): FileIdentity => ({
  dev: 2n ** 63n + 1n,
  ino: BigInt(ino),
  size: BigInt(pieceLength + 1),
  mtimeNs: 1767225600_123_456_789n,
  ctimeNs: 1767225600_123_456_789n,
  ...more,
});

const manifestOf = (fill: number): Promise<KnownManifest> =>
  withRoot({ size: pieceLength + 1, pieceLength, digests: new Uint8Array(64).fill(fill) });

const cacheFolder = (folder: string): string => join(folder, 'digests');

/** A folder whose cache holds one manifest, and the file of its entry. */
async function folderWithOne(): Promise<{ folder: string; known: KnownManifest; path: string }> {
  const folder = await temporaryFolder();
  const known = await manifestOf(1);
  const cache = new ManifestCache(folder);
  cache.keep(identity(1), known);
  await cache.written();
  const [name] = await entries(cacheFolder(folder));
  return { folder, known, path: join(cacheFolder(folder), name!) };
}

describe('a manifest cache', () => {
  it('The cache returns a manifest at once, and loads it after a restart', async () => {
    const { folder, known } = await folderWithOne();
    const cache = new ManifestCache(folder);
    expect(cache.recall(identity(1))).toBeUndefined();
    expect(await cache.load(identity(1))).toEqual(known);
    expect(cache.recall(identity(1))).toEqual(known);
    cache.keep(identity(2), known);
    expect(cache.recall(identity(2))).toBe(known);
    expect(await new ManifestCache(folder).load(identity(3))).toBeUndefined();
    await cache.written();
  });

  it.each(['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const)(
    'The cache has nothing for a file of another %s, to the last digit',
    async (field) => {
      const { folder } = await folderWithOne();
      const other = { ...identity(1), [field]: identity(1)[field] + 1n };
      const cache = new ManifestCache(folder);
      expect(await cache.load(other)).toBeUndefined();
      expect(await cache.load(identity(1))).toBeDefined();
      expect(cache.recall(other)).toBeUndefined();
    },
  );

  it('The entry of a new content replaces that of the old one', async () => {
    const { folder } = await folderWithOne();
    const cache = new ManifestCache(folder);
    const written = identity(1, { mtimeNs: 5n });
    cache.keep(written, await manifestOf(2));
    await cache.written();
    expect(await entries(cacheFolder(folder))).toHaveLength(1);
    expect(await new ManifestCache(folder).load(written)).toEqual(await manifestOf(2));
  });

  it('A damaged entry is ignored and written anew', async () => {
    const { folder, known, path } = await folderWithOne();
    const whole = await readFile(path);
    const wrong = [
      Buffer.alloc(0),
      whole.subarray(0, -1),
      Buffer.concat([whole, Buffer.alloc(1)]),
      ...[0, 30, whole.length - 70, whole.length - 1].map((at) => {
        const damaged = Buffer.from(whole);
        damaged[at]! ^= 1;
        return damaged;
      }),
    ];
    for (const bytes of wrong) {
      await writeFile(path, bytes);
      expect(await new ManifestCache(folder).load(identity(1))).toBeUndefined();
    }
    const cache = new ManifestCache(folder);
    cache.keep(identity(1), known);
    await cache.written();
    expect(await readFile(path)).toEqual(whole);
  });

  it.skipIf(process.platform === 'win32')(
    'An entry that is no file does not hold up the cache',
    async () => {
      const { folder, path } = await folderWithOne();
      const elsewhere = join(folder, 'copy');
      await writeFile(elsewhere, await readFile(path));
      const odd: (() => unknown)[] = [
        () => mkdir(path),
        () => execFileSync('mkfifo', [path]),
        () => symlink(elsewhere, path),
      ];
      for (const make of odd) {
        execFileSync('rm', ['-rf', path]);
        await make();
        expect(await new ManifestCache(folder).load(identity(1))).toBeUndefined();
      }
    },
  );

  it.skipIf(process.platform === 'win32')('The cache never writes through a link', async () => {
    const [folder, outside] = [await temporaryFolder(), await temporaryFolder()];
    const fill = async (): Promise<void> => {
      const cache = new ManifestCache(folder);
      cache.keep(identity(1), await manifestOf(1));
      await cache.written();
      expect(cache.recall(identity(1))).toBeDefined();
    };
    await symlink(outside, cacheFolder(folder));
    await fill();
    expect(await entries(outside)).toEqual([]);
  });

  it('The cache believes nothing that another user has written, or could have written', async ({
    skip,
  }) => {
    skip(noOthers !== false, `${noOthers}`);
    const { folder, path } = await folderWithOne();
    const believed = async (): Promise<boolean> =>
      (await new ManifestCache(folder).load(identity(1))) !== undefined;
    const part = cacheFolder(folder);
    await chown(part, attacker, attacker);
    expect(await believed()).toBe(false);
    await chown(part, process.geteuid!(), 0);
    await chmod(part, 0o777);
    expect(await believed()).toBe(false);
    await chmod(part, 0o700);
    expect(await believed()).toBe(true);
    await chown(path, attacker, attacker);
    expect(await believed()).toBe(false);
  });

  it('Digests that lie in the hidden folder of a shared folder are not believed', async () => {
    const { folder, path } = await folderWithOne();
    const shared = await temporaryFolder();
    const old = join(shared, '.peerlane', 'digests');
    await mkdir(old, { recursive: true, mode: 0o700 });
    await rename(path, join(old, basename(path)));
    for (const cache of [folder, shared])
      expect(await new ManifestCache(cache).load(identity(1))).toBeUndefined();
  });

  it('Digests that an earlier version left in a shared folder are removed, with the folders if they are empty', async () => {
    const [shared, other] = [await temporaryFolder(), await temporaryFolder()];
    for (const folder of [shared, other]) {
      const old = join(folder, '.peerlane', 'digests');
      await mkdir(old, { recursive: true, mode: 0o700 });
      await writeFile(join(old, '1-2.digests'), 'old');
    }
    await writeFile(join(other, '.peerlane', 'digests', 'notes'), 'mine');
    for (const folder of [shared, other]) await clearUnfinished(folder);
    expect(await entries(shared)).toEqual([]);
    expect(await entries(join(other, '.peerlane', 'digests'))).toEqual(['notes']);
  });

  it('A cache folder is made for this user alone, and one that cannot be used is told once', async () => {
    const home = await temporaryFolder();
    const made = join(home, 'cache', 'peerlane');
    await writeFile(join(home, 'file'), 'not a folder');
    const failures: Error[] = [];
    const onFailure = (error: Error): number => failures.push(error);
    for (const folder of [made, join(home, 'file', 'peerlane')]) {
      const cache = new ManifestCache(folder, { onFailure });
      for (const ino of [1, 2]) cache.keep(identity(ino), await manifestOf(1));
      await cache.written();
      expect(cache.recall(identity(2))).toBeDefined();
    }
    expect(failures).toHaveLength(1);
    expect(await entries(join(made, 'digests'))).toHaveLength(2);
    if (process.platform === 'win32') return;
    for (const path of [made, join(made, 'digests')])
      expect((await lstat(path)).mode & 0o777).toBe(0o700);
  });

  it('The cache works in memory if it cannot write', async () => {
    const folder = join(await temporaryFolder(), 'file');
    await writeFile(folder, 'not a folder');
    const cache = new ManifestCache(folder);
    const known = await manifestOf(1);
    cache.keep(identity(1), known);
    await cache.written();
    expect(await cache.load(identity(1))).toBe(known);
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'The cache works in memory for a folder that may only be read',
    async () => {
      const folder = await temporaryFolder();
      await chmod(folder, 0o500);
      const cache = new ManifestCache(folder);
      cache.keep(identity(1), await manifestOf(1));
      await cache.written();
      expect(await cache.load(identity(1))).toBeDefined();
      expect(await entries(folder)).toEqual([]);
    },
  );

  it('The cache keeps a number of entries, of which the oldest are removed', async () => {
    const folder = await temporaryFolder();
    let now = Date.now();
    const cache = new ManifestCache(folder, { maxEntries: 20, now: () => now });
    const known = await manifestOf(1);
    for (let ino = 1; ino <= 50; ino += 1) {
      now += 1000;
      cache.keep(identity(ino), known);
      await cache.written();
      expect((await readdir(cacheFolder(folder))).length).toBeLessThanOrEqual(20);
    }
    const restarted = new ManifestCache(folder);
    for (let ino = 1; ino <= 30; ino += 1)
      expect(await restarted.load(identity(ino))).toBeUndefined();
    for (let ino = 34; ino <= 50; ino += 1)
      expect(await restarted.load(identity(ino))).toBeDefined();
  });

  it('The cache removes entries that were not used for a month', async () => {
    const folder = await temporaryFolder();
    let now = Date.now();
    const options = { now: () => now };
    const cache = new ManifestCache(folder, options);
    for (const ino of [1, 2]) cache.keep(identity(ino), await manifestOf(1));
    await cache.written();
    now += 20 * day;
    expect(await new ManifestCache(folder, options).load(identity(1))).toBeDefined();
    now += 20 * day;
    const next = new ManifestCache(folder, options);
    next.keep(identity(3), await manifestOf(1));
    await next.written();
    const restarted = new ManifestCache(folder, options);
    expect(await restarted.load(identity(1))).toBeDefined();
    expect(await restarted.load(identity(2))).toBeUndefined();
  });

  it('The cache removes unfinished entries of dead processes, and no files of others', async () => {
    const { folder, known } = await folderWithOne();
    const [left, fresh] = [`1-2-${randomUUID()}.new`, `1-2-${randomUUID()}.new`];
    for (const name of [left, fresh, 'notes'])
      await writeFile(join(cacheFolder(folder), name), 'x');
    for (const name of [left, 'notes']) await utimes(join(cacheFolder(folder), name), 0, 0);
    const cache = new ManifestCache(folder);
    cache.keep(identity(2), known);
    await cache.written();
    const found = await entries(cacheFolder(folder));
    expect(found).toHaveLength(4);
    expect(found).not.toContain(left);
  });

  it('Several caches may use one folder at a time', async () => {
    const folder = await temporaryFolder();
    const caches = [1, 2, 3].map(() => new ManifestCache(folder));
    const known = await manifestOf(1);
    for (let ino = 0; ino < 10; ino += 1)
      for (const cache of caches) cache.keep(identity(ino), known);
    await Promise.all(caches.map((cache) => cache.written()));
    expect(await entries(cacheFolder(folder))).toHaveLength(10);
    const next = new ManifestCache(folder);
    for (let ino = 0; ino < 10; ino += 1) expect(await next.load(identity(ino))).toEqual(known);
  });
});
