// Downloads into an output that gets the bytes in order, such as a pipe.
import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { encodeTransferAnswer } from '@peerlane/protocol';
import { download as downloadAny } from '../../src/index.ts';
import { OrderedOutput } from '../../src/swarm/ordered-output.ts';
import { counting, download, fakePeer, liar, piece, sharing, sourcesOf } from '../support/peers.ts';

const content = randomBytes(20 * piece + 17);

/** Gathers what an output gets. */
class Gathered {
  readonly #chunks: Buffer[] = [];
  readonly output: OrderedOutput;

  /** @param onBytes awaited before more comes */
  constructor(onBytes: (received: number) => Promise<void> | void = () => undefined) {
    let received = 0;
    this.output = new OrderedOutput('the output', async (bytes) => {
      this.#chunks.push(Buffer.from(bytes));
      received += bytes.length;
      await onBytes(received);
    });
  }

  get writes(): number {
    return this.#chunks.length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

describe('A download into an output', () => {
  it('passes each piece on as soon as it and all before it are verified', async () => {
    const first = await sharing({ file: content });
    const second = await sharing({ file: content });
    const verified: number[] = [];
    const gathered = new Gathered((received) => {
      expect(received).toBeLessThanOrEqual(verified.at(-1)! + piece);
    });
    await download({
      sources: sourcesOf(first.address, second.address),
      into: gathered.output,
      onProgress: ({ received }) => verified.push(received),
    });
    expect(gathered.writes).toBe(21);
    expect(gathered.bytes.equals(content)).toBe(true);
  });

  it('fetches a bounded part ahead of an output that accepts nothing, and ends with its signal', async () => {
    const size = 80 * 1024 * 1024;
    const { address } = await sharing({ file: size });
    let received = 0;
    const control = new AbortController();
    const gathered = new Gathered(() => new Promise(() => undefined));
    const waiting = download({
      sources: sourcesOf(address),
      into: gathered.output,
      connect: counting((bytes) => (received += bytes)),
      signal: control.signal,
      onProgress: (progress) => {
        // All that may be fetched ahead is here.
        if (progress.received === 32 * 1024 * 1024) setImmediate(() => control.abort());
      },
    });
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(received).toBeLessThan(34 * 1024 * 1024);
    expect(gathered.writes).toBe(1);
  });

  it('goes on from another source of the same content, and passes nothing on twice', async () => {
    const good = await sharing({ file: content });
    const short = await fakePeer(({ want, offset = 0, length = 0 }, socket) => {
      if (want === 'manifest') {
        const list: Buffer[] = [];
        for (let at = 0; at < content.length; at += piece)
          list.push(
            createHash('sha256')
              .update(content.subarray(at, at + piece))
              .digest(),
          );
        const data = Buffer.concat(list);
        const { length: size } = content;
        socket.write(encodeTransferAnswer({ length: data.length, size, pieceLength: piece }));
        socket.write(data);
        return;
      }
      const line = { length, filename: 'file', size: content.length, offset };
      socket.write(encodeTransferAnswer(line));
      socket.end(content.subarray(offset, Math.min(offset + length, 3 * piece + 5)));
    });
    const gathered = new Gathered();
    const [into, other] = [gathered.output, await sharing({ file: randomBytes(content.length) })];
    const broken = { sources: sourcesOf(short), into };
    await expect(download(broken)).rejects.toMatchObject({ code: 'incomplete' });
    expect(gathered.bytes.equals(content.subarray(0, 3 * piece))).toBe(true);
    await expect(download({ sources: sourcesOf(other.address), into })).rejects.toMatchObject({
      code: 'wrong-content',
    });
    await download({ sources: sourcesOf(good.address), into });
    expect(gathered.bytes.equals(content)).toBe(true);
  });

  it('passes no piece on that is wrong', async () => {
    const good = await sharing({ file: content });
    const wrong = await liar(content, (bytes) => Buffer.alloc(bytes.length));
    const gathered = new Gathered();
    await download({ sources: sourcesOf(good.address, wrong), into: gathered.output });
    expect(gathered.bytes.equals(content)).toBe(true);
  });

  it('ends at once with the error of an output that fails', async () => {
    const { address } = await sharing({ file: content });
    const gathered = new Gathered(() => Promise.reject(new Error('the pipe was closed')));
    const failing = download({ sources: sourcesOf(address), into: gathered.output });
    await expect(failing).rejects.toMatchObject({
      code: 'disk',
      message: 'could not write to the output: the pipe was closed',
    });
    expect(gathered.writes).toBe(1);
  });

  it('leaves nothing in the folder for temporary files', async () => {
    const { address } = await sharing({ file: content });
    const before = await readdir(tmpdir());
    const seen = new Set<string>();
    const gathered = new Gathered(async () => {
      for (const name of await readdir(tmpdir())) if (!before.includes(name)) seen.add(name);
    });
    await download({ sources: sourcesOf(address), into: gathered.output });
    expect([...seen].filter((name) => name.startsWith('p2p-'))).toEqual([]);
  });

  it('is told of an empty file', async () => {
    const { address } = await sharing({ file: Buffer.alloc(0) });
    const gathered = new Gathered();
    expect(await download({ sources: sourcesOf(address), into: gathered.output })).toMatchObject({
      path: 'the output',
      size: 0,
    });
    expect([gathered.writes, gathered.bytes.length]).toEqual([1, 0]);
  });

  it('from a peer of version 1 comes as it arrives, and ends if the peer breaks off', async () => {
    const broken = await sharing({ file: content });
    const gathered = new Gathered((received) => {
      if (received > 0) void broken.server.close();
    });
    const failing = downloadAny({
      filename: 'file',
      sources: [
        { address: broken.address, version: 1 },
        { address: broken.address, version: 1 },
      ],
      into: gathered.output,
      limitRate: 1024 * 1024,
    });
    await expect(failing).rejects.toMatchObject({ code: 'incomplete' });
    const { bytes } = gathered;
    expect(bytes.length).toBeGreaterThan(0);
    expect(content.subarray(0, bytes.length).equals(bytes)).toBe(true);
  });
});
