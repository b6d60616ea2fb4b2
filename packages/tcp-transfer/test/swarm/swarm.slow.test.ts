// Downloads from several sources that die, refuse, lie or stand still.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeTransferAnswer } from '@peerlane/protocol';
import type { Source } from '../../src/swarm/swarm-options.ts';
import { fakeServer, temporaryFolder } from '../support/helpers.ts';
import {
  counting,
  download,
  expectFile,
  fakePeer,
  LaterSources,
  liar,
  Losses,
  openFilesIn,
  piece,
  sharing,
  sourcesOf,
} from '../support/peers.ts';

const mebibyte = 1024 * 1024;

describe('a download from several sources', () => {
  it('When sources die, the one that is left completes the download, and the others are reported', async () => {
    const content = randomBytes(12 * mebibyte);
    const peers = await Promise.all([1, 2, 3].map(() => sharing({ file: content })));
    const into = await temporaryFolder();
    const losses = new Losses();
    let closing: Promise<unknown> | undefined;
    await download({
      sources: sourcesOf(...peers.map(({ address }) => address)),
      into,
      limitRate: 48 * mebibyte,
      onLost: losses.onLost,
      onProgress: ({ received, size, sources }) => {
        if (closing || received < size / 3) return;
        expect(sources).toBe(3);
        closing = Promise.all([peers[0]!.server.close(), peers[2]!.server.close()]);
      },
    });
    await closing;
    await expectFile(into, content);
    const ports = [peers[0]!, peers[2]!].map(({ address }) => address.port);
    expect(losses.all.map(([port]) => port).sort()).toEqual(ports.sort());
    expect(openFilesIn(into)).toEqual([]);
  });

  it('A download also comes from sources that are found later', async () => {
    const content = randomBytes(12 * mebibyte);
    const peers = await Promise.all([1, 2, 3].map(() => sharing({ file: content })));
    const into = await temporaryFolder();
    const sources = new LaterSources();
    const from = new Set<number>();
    let most = 0;
    sources.add(peers[0]!.address);
    await download({
      sources,
      into,
      limitRate: 48 * mebibyte,
      connect: counting((bytes, { port }) => {
        if (bytes > 200) from.add(port);
      }),
      onProgress: ({ received, sources: count }) => {
        most = Math.max(most, count);
        for (const [index, peer] of peers.entries())
          if (index > 0 && received === index * 8 * piece) sources.add(peer.address);
      },
    });
    await expectFile(into, content);
    expect(most).toBe(3);
    expect(from).toEqual(new Set(peers.map(({ address }) => address.port)));
  });

  it('Sources that refuse, break off or send nonsense do not hinder a download', async () => {
    const content = randomBytes(4 * mebibyte);
    const good = await sharing({ file: content });
    const refusing = await fakePeer((_request, socket) =>
      socket.write(encodeTransferAnswer({ error: { code: 'unsupported', message: 'no' } })),
    );
    const silent = await fakePeer((_request, socket) => socket.end());
    const nonsense = await fakeServer((socket) => socket.write(randomBytes(100_000)));
    const elsewhere = await fakePeer(({ offset = 0, length = 0 }, socket) =>
      socket.write(encodeTransferAnswer({ length, size: content.length, offset: offset + 1 })),
    );
    const gone = await sharing({});
    await gone.server.close();
    const bad = [refusing, silent, nonsense, elsewhere, gone.address];
    const into = await temporaryFolder();
    const losses = new Losses();
    await download({
      sources: sourcesOf(good.address, ...bad),
      into,
      limitRate: 32 * mebibyte,
      onLost: losses.onLost,
    });
    await expectFile(into, content);
    expect(new Map(losses.all)).toEqual(
      new Map([
        [refusing.port, 'refused'],
        [silent.port, 'incomplete'],
        [nonsense.port, 'bad-answer'],
        [elsewhere.port, 'bad-answer'],
        [gone.address.port, 'unreachable'],
      ]),
    );
    expect(losses.all).toHaveLength(bad.length);
  });

  it('A download goes to the next source if the first ones fail', async () => {
    const content = randomBytes(mebibyte);
    const [none, good] = [await sharing({}), await sharing({ file: content })];
    const nonsense = await fakeServer((socket) => socket.write(randomBytes(100_000)));
    const into = await temporaryFolder();
    const losses = new Losses();
    const sources = sourcesOf(none.address, nonsense, good.address);
    await download({ sources, into, onLost: losses.onLost });
    await expectFile(into, content);
    expect(losses.all).toEqual([
      [none.address.port, 'no-file'],
      [nonsense.port, 'bad-answer'],
    ]);
  });

  it('A source that says it has other content is reported, and not connected to', async () => {
    const content = randomBytes(4 * mebibyte);
    const good = await sharing({ file: content });
    const { root } = await download({ sources: sourcesOf(good.address) });
    let connections = 0;
    const address = await fakeServer(() => (connections += 1));
    const other = { address, root: 'f'.repeat(64) };
    const others: number[] = [];
    const onOther = (source: Source): unknown => others.push(source.address.port);
    const limitRate = 32 * mebibyte;
    // The content is that of the first, or the one that is asked for.
    await download({ sources: sourcesOf(good.address, other), onOther, limitRate });
    await download({ sources: sourcesOf({ ...good, root }, other), onOther, limitRate });
    await download({ sources: sourcesOf(other, good.address), onOther, root });
    expect(others).toEqual([address.port, address.port, address.port]);
    expect(connections).toBe(0);
  });

  it('A source whose pieces are of other content is found out, and its content not mixed in', async () => {
    const [ours, theirs] = [randomBytes(4 * mebibyte), randomBytes(4 * mebibyte)];
    const good = await sharing({ file: ours });
    // It does not know its root, so it sends what it is asked for.
    const other = await liar(theirs, (bytes) => bytes);
    const into = await temporaryFolder();
    const losses = new Losses();
    await download({
      sources: sourcesOf(good.address, other),
      into,
      limitRate: 32 * mebibyte,
      onLost: losses.onLost,
    });
    await expectFile(into, ours);
    expect(losses.all).toEqual([[other.port, 'wrong-content']]);
  });

  it('A download waits for no source that stands still, before or in the middle of a piece', async () => {
    const content = randomBytes(4 * mebibyte);
    const good = await sharing({ file: content });
    const still = await Promise.all(
      [0, 1000, piece - 1].map((sent) => liar(content, (bytes) => bytes.subarray(0, sent))),
    );
    const into = await temporaryFolder();
    await download({
      sources: sourcesOf(good.address, ...still),
      into,
      limitRate: 32 * mebibyte,
    });
    await expectFile(into, content);
    expect(openFilesIn(into)).toEqual([]);
  });

  it('A download is right though one source sends wrong pieces while others stand still', async () => {
    const content = randomBytes(4 * mebibyte);
    const good = await sharing({ file: content });
    const bad = await Promise.all([
      liar(content, (bytes) => bytes.subarray(0, 100)),
      liar(content, (bytes) => Buffer.alloc(bytes.length)),
      liar(content, (bytes) => Buffer.alloc(bytes.length, 1).subarray(0, bytes.length - 1)),
      liar(content, (bytes, offset) => (offset % 2 === 0 ? Buffer.alloc(bytes.length) : bytes)),
    ]);
    const into = await temporaryFolder();
    await download({ sources: sourcesOf(good.address, ...bad), into, limitRate: 32 * mebibyte });
    await expectFile(into, content);
  });
});
