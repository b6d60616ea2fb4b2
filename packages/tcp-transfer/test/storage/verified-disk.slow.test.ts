// Verified downloads to a disk that is full, or fills up.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeTransferAnswer, pieceCount, pieceLengthFor } from '@peerlane/protocol';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { ManifestCache } from '../../src/manifests/manifest-cache.ts';
import { ManifestStore } from '../../src/manifests/manifest-store.ts';
import { temporaryFolder } from '../support/helpers.ts';
import {
  counting,
  download,
  expectFile,
  fakePeer,
  leftIn,
  Losses,
  openFilesIn,
  sharing,
  sourcesOf,
} from '../support/peers.ts';
import { maySmallDisk, smallDisk } from '../support/small-disk.ts';

const mebibyte = 1024 * 1024;

describe('the manifest that a download has verified', () => {
  it('A verified manifest is remembered for the file that was written, and not for one that replaced it', async () => {
    const { address } = await sharing({ file: randomBytes(1000) });
    const into = await temporaryFolder();
    await using hasher = new PieceHasher();
    const manifests = new ManifestStore({ cache: new ManifestCache(join(into, '.cache')), hasher });
    const known = async (path: string): Promise<string | undefined> =>
      manifests.known({ identity: await stat(path, { bigint: true }) })?.root;
    const first = await download({ sources: sourcesOf(address), into });
    await manifests.learn(first);
    expect(await known(first.path)).toBe(first.root);
    await rm(first.path);
    const second = await download({ sources: sourcesOf(address), into });
    const { mtime } = await stat(second.path);
    await rename(second.path, join(into, 'away'));
    await writeFile(second.path, randomBytes(1000));
    await utimes(second.path, mtime, mtime);
    await manifests.learn(second);
    expect(await known(second.path)).toBeUndefined();
    await rm(second.path);
    await rename(join(into, 'away'), second.path);
    const third = await download({ sources: sourcesOf(address), into });
    expect(third.written).toBeUndefined();
  });
});

describe('the disk that a verified download goes to', () => {
  it('If the disk has no space for the size that one source claims, another source serves', async () => {
    const content = randomBytes(1000);
    const size = 2 ** 41;
    const pieceLength = pieceLengthFor(size)!;
    const length = pieceCount(size, pieceLength) * 32;
    const absurd = await fakePeer((_request, socket) =>
      socket.write(encodeTransferAnswer({ length, size, pieceLength })),
    );
    const good = await sharing({ file: content });
    const into = await temporaryFolder();
    const losses = new Losses();
    await download({ sources: sourcesOf(absurd, good.address), into, onLost: losses.onLost });
    await expectFile(into, content);
    expect(losses.all).toEqual([[absurd.port, 'no-space']]);
    const alone = download({ sources: sourcesOf(absurd), into });
    await expect(alone).rejects.toMatchObject({ code: 'no-space' });
    await expectFile(into, content);
  });

  it('A disk that fills up is the fault of no source, and the download goes on when there is space', async ({
    skip,
  }) => {
    skip(!maySmallDisk, 'needs the right to mount a small disk');
    const content = randomBytes(6 * mebibyte);
    const { address } = await sharing({ file: content });
    const into = await smallDisk('size=8m');
    const losses = new Losses();
    let verified = 0;
    const full = download({
      sources: sourcesOf(address),
      into,
      limitRate: 24 * mebibyte,
      onLost: losses.onLost,
      onProgress: ({ received }) => {
        if (verified === 0) execFileSync('fallocate', ['-l', '5m', join(into, 'other')]);
        verified = received;
      },
    });
    await expect(full).rejects.toMatchObject({ code: 'no-space' });
    expect(losses.all).toEqual([]);
    expect(openFilesIn(into)).toEqual([]);
    expect(await leftIn(into)).toHaveLength(1);
    await rm(join(into, 'other'));
    let received = 0;
    const connect = counting((bytes) => (received += bytes));
    await download({ sources: sourcesOf(address), into, connect });
    await expectFile(into, content);
    expect(received).toBeLessThan(content.length - verified + 20_000);
  });

  it('A download to a full disk is refused, and nothing is left', async ({ skip }) => {
    skip(!maySmallDisk, 'needs the right to mount a small disk');
    const { address } = await sharing({ file: randomBytes(6 * mebibyte) });
    const into = await smallDisk('size=4m');
    const refused = download({ sources: sourcesOf(address), into });
    await expect(refused).rejects.toMatchObject({ code: 'no-space' });
    expect(await leftIn(into)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'A folder that goes in the middle of a download is the fault of no source',
    async () => {
      const { address } = await sharing({ file: randomBytes(2 * mebibyte) });
      const into = await temporaryFolder();
      const losses = new Losses();
      let removing: Promise<void> | undefined;
      const lost = download({
        sources: sourcesOf(address),
        into,
        limitRate: 8 * mebibyte,
        onLost: losses.onLost,
        onProgress: () => {
          removing ??= rm(into, { recursive: true });
        },
      });
      await expect(lost).rejects.toMatchObject({ code: 'disk' });
      await removing;
      expect(losses.all).toEqual([]);
      expect(openFilesIn(into)).toEqual([]);
    },
  );
});
