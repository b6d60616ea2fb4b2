// Downloads of files that their holder has not hashed yet.
import { randomBytes } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeTransferAnswer, encodeTransferRequest } from '@peerlane/protocol';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import { hiddenFolder } from '../../src/leftovers/hidden-folder.ts';
import { SlowHasher } from '../support/held-hasher.ts';
import { eventually, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import {
  counting,
  download,
  expectFile,
  fakePeer,
  leftIn,
  Losses,
  openFilesIn,
  piece,
  sharing,
  sourcesOf,
} from '../support/peers.ts';

/** A file of over 16 MiB, so that its digests are told as they are made. */
const content = randomBytes(65 * piece + 1);
const digestBytes = 66 * 32;

/** A connection to a server, and what has come over it. */
interface Conversation {
  readonly socket: Socket;
  answer: string;
}

/** Whether the whole file has come, though the lines of the answers count too. */
const allOf = (received: number): boolean => received >= content.length;

/** Whether all of it is on the disk, unverified. */
async function isWritten(into: string): Promise<boolean> {
  const [name] = await leftIn(into);
  if (name === undefined) return false;
  return (await readFile(join(into, hiddenFolder, name))).equals(content);
}

describe('a file that its holder has not hashed yet', () => {
  it('A file flows before its digests are there, and is complete when they are', async () => {
    const hasher = new SlowHasher({ threads: 1 });
    const { address } = await sharing({ file: content }, hasher);
    const into = await temporaryFolder();
    let received = 0;
    let verified = 0;
    const downloading = download({
      sources: sourcesOf(address),
      into,
      connect: counting((bytes) => (received += bytes)),
      onProgress: (progress) => (verified = progress.received),
    });
    (await hasher.reached(1))[0]!.go();
    await eventually(() => (allOf(received) ? true : undefined));
    expect(hasher.held).toHaveLength(2);
    expect(verified).toBeLessThanOrEqual(piece);
    hasher.letAllGo();
    await downloading;
    expect(verified).toBe(content.length);
    expect(received).toBeLessThan(content.length + digestBytes + 10_000);
    await expectFile(into, content);
  });

  it.each(['has hashed it', 'has not hashed it either'])(
    'When the first holder dies, a download goes on with another that %s, and nothing is sent twice',
    async (what) => {
      const hasher = new SlowHasher({ threads: 1 });
      const [first, second] = [
        await sharing({ file: content }, hasher),
        await sharing({ file: content }),
      ];
      if (what === 'has hashed it') await download({ sources: sourcesOf(second.address) });
      const into = await temporaryFolder();
      const received = new Map<number, number>();
      const losses = new Losses();
      const downloading = download({
        sources: sourcesOf(first.address, second.address),
        into,
        connect: counting((bytes, { port }) => {
          received.set(port, (received.get(port) ?? 0) + bytes);
        }),
        onLost: losses.onLost,
      });
      for (let count = 1; count <= 20; count += 1) (await hasher.reached(count))[count - 1]!.go();
      while (!(await isWritten(into))) await new Promise((resolve) => setImmediate(resolve));
      const closed = first.server.close();
      hasher.letAllGo();
      await downloading;
      await closed;
      await expectFile(into, content);
      expect(received.get(second.address.port)).toBeLessThan(digestBytes + 10_000);
      expect(losses.all).toEqual([[first.address.port, 'incomplete']]);
      expect(openFilesIn(into)).toEqual([]);
    },
  );

  it('A holder that dies is reported once, though two connections to it break', async () => {
    let first: Socket | undefined;
    const address = await fakePeer(({ want, offset = 0, length = 0 }, socket) => {
      const { length: size } = content;
      if (want === 'manifest') {
        first = socket;
        const line = { length: digestBytes, size, pieceLength: piece };
        socket.write(encodeTransferAnswer(line));
      } else {
        socket.write(encodeTransferAnswer({ length, size, offset }));
        socket.on('close', () => first?.end());
        socket.end();
      }
    });
    const losses = new Losses();
    const downloading = download({ sources: sourcesOf(address), onLost: losses.onLost });
    await expect(downloading).rejects.toMatchObject({ code: 'incomplete' });
    expect(losses.all).toEqual([[address.port, 'incomplete']]);
  });

  it('If a file changes while it is hashed, the download goes on with what it is then', async () => {
    const hasher = new SlowHasher({ threads: 1 });
    const { address, path } = await sharing({ file: content }, hasher);
    const into = await temporaryFolder();
    let received = 0;
    const downloading = download({
      sources: sourcesOf(address),
      into,
      connect: counting((bytes) => (received += bytes)),
    });
    (await hasher.reached(1))[0]!.go();
    await eventually(() => (allOf(received) ? true : undefined));
    await appendFile(join(path, 'file'), 'x');
    hasher.letAllGo();
    expect((await downloading).size).toBe(content.length + 1);
    const now = Buffer.concat([content, Buffer.from('x')]);
    expect((await readFile(join(into, 'file'))).equals(now)).toBe(true);
    expect(openFilesIn(into)).toEqual([]);
  });

  it('A file whose turn to be hashed does not come in 5 s is asked for again', async () => {
    const hasher = new SlowHasher({ threads: 1 });
    const clock = new ManualClock();
    const { address, server } = await sharing({ file: content }, hasher, { clock });
    let asked = 0;
    server.on('asked', () => (asked += 1));
    const into = await temporaryFolder();
    const losses = new Losses();
    const downloading = download({ sources: sourcesOf(address), into, onLost: losses.onLost });
    await hasher.reached(1);
    clock.advance(4999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.pending).toBeGreaterThan(0);
    clock.advance(1);
    await eventually(() => asked === 2 || undefined);
    hasher.letAllGo();
    await downloading;
    await expectFile(into, content);
    expect(losses.all).toEqual([]);
  });

  // Elsewhere the system does not tell what is open.
  describe.skipIf(process.platform !== 'linux')('and that waits for two others', () => {
    const size = content.length;

    /** A server that hashes `a` and `b`, so that `c` has to wait. */
    async function occupied() {
      const hasher = new SlowHasher({ threads: 1 });
      const clock = new ManualClock();
      const peer = await sharing({ a: size, b: size, c: size }, hasher, { clock });
      const ask = (filename: string): Conversation => {
        const socket = createConnection(peer.address);
        const conversation = { socket, answer: '' };
        socket.setEncoding('latin1').on('data', (text: string) => (conversation.answer += text));
        socket.write(encodeTransferRequest({ version: 2, want: 'manifest', filename }));
        onTestFinished(() => void socket.destroy());
        return conversation;
      };
      for (const filename of ['a', 'b']) ask(filename);
      for (const { go } of await hasher.reached(2)) go();
      await hasher.reached(4);
      return { ...peer, hasher, clock, ask, open: () => openFilesIn(join(peer.path, 'c')).length };
    }

    it('A file is kept open once for all clients that are to come again, and they find it hashed', async () => {
      const { ask, clock, hasher, open } = await occupied();
      const all = Array.from({ length: 5 }, () => ask('c'));
      await eventually(() => {
        clock.advance(1);
        return all.every(({ answer }) => answer.includes('busy')) || undefined;
      });
      await eventually(() => (open() <= 1 ? true : undefined));
      hasher.letAllGo();
      await eventually(() => (open() === 0 ? true : undefined));
      const { socket } = all[0]!;
      all[0]!.answer = '';
      socket.write(encodeTransferRequest({ version: 2, want: 'manifest', filename: 'c' }));
      await eventually(() => (all[0]!.answer.length > digestBytes ? true : undefined));
      expect(all[0]!.answer).toContain('"root":"');
    });

    it.each(['destroy', 'resetAndDestroy'] as const)(
      'A holder waits no longer than its client does: %s',
      async (leave) => {
        const { ask, clock, hasher, open, server } = await occupied();
        const crowd = Array.from({ length: 5 }, () => ask('c'));
        await eventually(() => (open() === 5 ? true : undefined));
        for (const { socket } of crowd) socket[leave]();
        await eventually(() => {
          clock.advance(1);
          return (server.load.connections === 2 && open() <= 1) || undefined;
        });
        expect(clock.now()).toBeLessThan(5000);
        hasher.letAllGo();
      },
    );
  });

  it('The manifest of a small file is sent when it is whole', async () => {
    const hasher = new SlowHasher({ threads: 1 });
    const small = content.subarray(0, 3 * piece);
    const { address } = await sharing({ file: small }, hasher);
    const into = await temporaryFolder();
    let received = 0;
    const downloading = download({
      sources: sourcesOf(address),
      into,
      hasher: new PieceHasher(),
      connect: counting((bytes) => (received += bytes)),
    });
    for (const count of [1, 2, 3]) {
      const held = await hasher.reached(count);
      expect(received).toBe(0);
      held[count - 1]!.go();
    }
    await downloading;
    await expectFile(into, small);
  });
});
