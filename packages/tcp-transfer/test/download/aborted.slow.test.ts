// Downloads that are aborted in each of their phases.
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { encodeTransferAnswer } from '@peerlane/protocol';
import { deferred } from '../../src/async.ts';
import type { VerifiedDownloadOptions } from '../../src/download/verified-options.ts';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import { hiddenFolder } from '../../src/leftovers/hidden-folder.ts';
import { SlowHasher } from '../support/held-hasher.ts';
import { entries, eventually, temporaryFolder } from '../support/helpers.ts';
import {
  counting,
  download,
  expectFile,
  fakePeer,
  LaterSources,
  leftIn,
  leftoverPath,
  openFilesIn,
  piece,
  sharing,
  sourcesOf,
} from '../support/peers.ts';

const pieces = 20;
const content = randomBytes(pieces * piece);
const size = content.length;
const digests = Buffer.concat(
  Array.from({ length: pieces }, (_, each) =>
    createHash('sha256')
      .update(content.subarray(each * piece, (each + 1) * piece))
      .digest(),
  ),
);

const { root: contentRoot } = await withRoot({ size, pieceLength: piece, digests });

const isUnfinished = (path: string): boolean => path.endsWith('.part');

/** Downloads from sources that do not end, until it is aborted. */
async function abortable(
  into: string,
  options: Partial<VerifiedDownloadOptions> = {},
): Promise<{ readonly sources: LaterSources; readonly abort: () => Promise<void> }> {
  const control = new AbortController();
  const sources = new LaterSources();
  const { signal } = control;
  const downloading = download({ into, sources, signal, ...options });
  downloading.catch(() => undefined);
  const abort = async (): Promise<void> => {
    control.abort(new Error('enough'));
    await expect(downloading).rejects.toThrow('enough');
    expect(openFilesIn(into)).toEqual([]);
  };
  await Promise.resolve();
  return { sources, abort };
}

/** Goes on, and tells how many bytes came. */
async function goOn(into: string): Promise<number> {
  const { address } = await sharing({ file: content });
  let received = 0;
  const connect = counting((bytes) => (received += bytes));
  await download({ sources: sourcesOf(address), into, connect });
  await expectFile(into, content);
  return received;
}

describe('a download that is aborted', () => {
  it('A download that is aborted before there is a source ends at once', async () => {
    const into = await temporaryFolder();
    const { abort } = await abortable(into);
    await abort();
    expect(await leftIn(into)).toEqual([]);
  });

  it('A download that is aborted while it connects ends at once', async () => {
    const into = await temporaryFolder();
    const connecting = deferred<AbortSignal>();
    const { sources, abort } = await abortable(into, {
      connect: (_address, signal) => {
        connecting.resolve(signal);
        return new Promise(() => undefined);
      },
    });
    sources.add({ host: '127.0.0.1', port: 1 });
    const signal = await connecting.promise;
    await abort();
    expect(signal.aborted).toBe(true);
  });

  it('A download that is aborted while it waits for the manifest ends at once', async () => {
    const into = await temporaryFolder();
    const asked = deferred<undefined>();
    const { sources, abort } = await abortable(into);
    sources.add(
      await fakePeer(() => {
        asked.resolve(undefined);
      }),
    );
    await asked.promise;
    await abort();
  });

  it('A download that is aborted while digests arrive keeps what has arrived', async () => {
    const into = await temporaryFolder();
    const hasher = new SlowHasher({ threads: 1 });
    const large = randomBytes(65 * piece);
    const { address } = await sharing({ file: large }, hasher);
    let received = 0;
    const { sources, abort } = await abortable(into, {
      connect: counting((bytes) => (received += bytes)),
    });
    sources.add(address);
    (await hasher.reached(1))[0]!.go();
    await eventually(() => (received > large.length ? true : undefined));
    await abort();
    hasher.letAllGo();
    expect(await leftIn(into)).toHaveLength(1);
  });

  it('A download that is aborted while pieces arrive keeps them, and they are not sent again', async () => {
    const into = await temporaryFolder();
    const { address } = await sharing({ file: content });
    let verified = 0;
    const half = deferred<undefined>();
    const { sources, abort } = await abortable(into, {
      limitRate: size * 4,
      onProgress: ({ received }) => {
        verified = received;
        if (received > size / 2) half.resolve(undefined);
      },
    });
    sources.add(address);
    await half.promise;
    await abort();
    expect(await goOn(into)).toBeLessThan(size - verified + 20_000);
  });

  it('A download that is aborted when no source is left keeps what has arrived', async () => {
    const into = await temporaryFolder();
    const address = await fakePeer(({ want, offset = 0, length = 0 }, socket) => {
      if (want === 'manifest') {
        socket.write(encodeTransferAnswer({ length: digests.length, size, pieceLength: piece }));
        socket.write(digests);
        return;
      }
      socket.write(encodeTransferAnswer({ length, size, offset }));
      if (offset === 0) socket.write(content.subarray(offset, offset + length));
      else socket.end();
    });
    const lost = deferred<undefined>();
    let verified = 0;
    const { sources, abort } = await abortable(into, {
      onProgress: ({ received }) => (verified = received),
      onLost: () => {
        lost.resolve(undefined);
      },
    });
    sources.add(address);
    await lost.promise;
    await abort();
    expect(verified).toBeGreaterThanOrEqual(4 * piece);
    expect(await goOn(into)).toBeLessThan(size - verified + 20_000);
  });

  it('A download that is aborted while it verifies what was left reads no more of it', async () => {
    const into = await temporaryFolder();
    const { address } = await sharing({ file: content });
    const { root } = await download({ sources: sourcesOf(address) });
    await writeFile(await leftoverPath(into, root), content);
    const hasher = new SlowHasher({ threads: 1 });
    const { sources, abort } = await abortable(into, { hasher });
    sources.add(address);
    await hasher.reached(1);
    const aborted = abort();
    await new Promise((resolve) => setImmediate(resolve));
    hasher.held[0]!.go();
    await aborted;
    expect(hasher.held).toHaveLength(1);
    expect(await goOn(into)).toBeLessThan(20_000);
  });

  it('A download that is aborted when all pieces are there keeps them all', async () => {
    const into = await temporaryFolder();
    const { address } = await sharing({ file: content });
    const control = new AbortController();
    const downloading = download({
      sources: sourcesOf(address),
      into,
      signal: control.signal,
      onProgress: ({ received }) => {
        if (received === size) control.abort(new Error('enough'));
      },
    });
    await expect(downloading).rejects.toThrow('enough');
    expect(openFilesIn(into)).toEqual([]);
    expect(await goOn(into)).toBeLessThan(20_000);
  });

  it('A download that is aborted before it begins asks no source', async () => {
    const into = await temporaryFolder();
    let asked = false;
    const address = await fakePeer(() => (asked = true));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(download({ sources: sourcesOf(address), into, signal })).rejects.toThrow('enough');
    expect(asked).toBe(false);
  });

  it('An aborted download does not wait for a source that sends on', async () => {
    const into = await temporaryFolder();
    const answered = deferred<undefined>();
    const address = await fakePeer(({ want, offset = 0, length = 0 }, socket) => {
      if (want === 'manifest') {
        socket.write(encodeTransferAnswer({ length: pieces * 32, size, pieceLength: piece }));
        socket.write(randomBytes(32));
      } else {
        socket.write(encodeTransferAnswer({ length, size, offset }));
        socket.write(content.subarray(offset, offset + length));
        answered.resolve(undefined);
      }
    });
    const { sources, abort } = await abortable(into);
    sources.add(address);
    await answered.promise;
    await abort();
  });

  it('An aborted download ends at once while its file is being opened', async () => {
    const into = await temporaryFolder();
    const { address } = await sharing({ file: content });
    const { sources, abort } = await abortable(into);
    sources.add(address);
    await eventually(() => (openFilesIn(into).some(isUnfinished) ? true : undefined));
    await abort();
    expect(await leftIn(into)).toEqual([]);
  });
});

describe('a download that keeps nothing unfinished', () => {
  it('An aborted download with keepUnfinished false leaves nothing', async () => {
    const into = await temporaryFolder();
    const { address } = await sharing({ file: content });
    const half = deferred<undefined>();
    const { sources, abort } = await abortable(into, {
      keepUnfinished: false,
      limitRate: size * 4,
      onProgress: ({ received }) => {
        if (received > size / 2) half.resolve(undefined);
      },
    });
    sources.add(address);
    await half.promise;
    await abort();
    expect(await entries(into)).toEqual([]);
  });

  it('A failed download with keepUnfinished false leaves nothing', async () => {
    const into = await temporaryFolder();
    for (const root of [undefined, contentRoot]) {
      const address = await fakePeer(({ want, offset = 0, length = 0 }, socket) => {
        if (want === 'manifest') {
          const line = { length: digests.length, size, pieceLength: piece };
          socket.write(encodeTransferAnswer({ ...line, ...(root !== undefined && { root }) }));
          socket.write(digests);
          return;
        }
        socket.write(encodeTransferAnswer({ length, size, offset }));
        if (offset === 0) socket.write(content.subarray(offset, offset + length));
        else socket.end();
      });
      const failing = download({ sources: sourcesOf(address), into, keepUnfinished: false });
      await expect(failing).rejects.toMatchObject({ code: 'incomplete' });
      expect(await entries(into)).toEqual([]);
    }
  });

  it('A download with keepUnfinished false does not touch what an earlier one left', async () => {
    const into = await temporaryFolder();
    const { address } = await sharing({ file: content });
    const { root } = await download({ sources: sourcesOf(address) });
    await writeFile(await leftoverPath(into, root), content);
    await download({ sources: sourcesOf(address), into, keepUnfinished: false });
    expect(await entries(into)).toEqual([hiddenFolder, 'file']);
    expect(await leftIn(into)).toHaveLength(1);
  });
});
