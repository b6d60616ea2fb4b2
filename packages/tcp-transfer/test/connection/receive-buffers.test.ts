// The buffers of a download, which are reused and keep every byte in order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bufferSizeFor,
  largeBuffer,
  ReceiveBuffers,
  smallBuffer,
} from '../../src/connection/receive-buffers.ts';

describe('the buffers of a download', () => {
  it('The buffers keep every byte in order, whenever bytes are received, read and released', () => {
    const step = fc.oneof(
      fc.record({ receive: fc.integer({ min: 1, max: largeBuffer }) }),
      fc.constant('read'),
      fc.constant('release'),
    );
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 200 }), (large, steps) => {
        const buffers = new ReceiveBuffers();
        if (large) buffers.expect(100 * largeBuffer);
        let [sent, used] = [0, 0];
        const inUse: Uint8Array[] = [];
        const read = (): boolean => {
          const piece = buffers.read();
          if (piece) inUse.push(piece);
          return piece !== undefined;
        };
        const release = (): void => {
          const piece = inUse.shift();
          // What was read has stayed in place until now.
          for (let at = 0; at < (piece?.length ?? 0); at += 1000)
            if (piece![at] !== (used + at) % 251) throw new Error(`byte ${used + at} is wrong`);
          used += piece?.length ?? 0;
          buffers.release();
        };
        for (const now of steps) {
          if (now === 'read') read();
          else if (now === 'release') release();
          else if (buffers.open) {
            const place = buffers.next();
            const length = Math.min(now.receive, place.length);
            expect(length).toBeGreaterThan(0);
            for (let at = 0; at < length; at += 1) place[at] = (sent + at) % 251;
            sent += length;
            buffers.received(length);
          }
        }
        while (inUse.length > 0 || read()) release();
        expect(used).toBe(sent);
      }),
      { numRuns: 50 },
    );
  });

  it('What comes after memory was lent for it lies at its place there, but for what a socket had a place for', () => {
    const received = fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 9 });
    const length = fc.integer({ min: 1, max: 300_000 });
    fc.assert(
      fc.property(
        length,
        fc.nat({ max: 20_000 }),
        received,
        (most, early, [first = 1, ...steps]) => {
          const buffers = new ReceiveBuffers();
          const memory = new Uint8Array(most);
          let [sent, read] = [0, 0];
          // A socket asks for the next place when bytes have come.
          let place = buffers.next();
          const receive = (wanted: number): void => {
            const count = Math.min(wanted, place.length);
            for (let at = 0; at < count; at += 1) place[at] = (sent + at) % 251;
            sent += count;
            buffers.received(count);
            place = buffers.next();
          };
          if (early > 0) receive(Math.min(early, most));
          buffers.lend(memory);
          receive(first);
          const elsewhere = sent;
          for (const step of [...steps, ...Array<number>(40).fill(60_000)]) {
            if (sent < most + 1000) receive(Math.min(step, most + 1000 - sent));
            for (let piece = buffers.read(); piece; piece = buffers.read()) {
              for (const [at, byte] of piece.entries())
                if (byte !== (read + at) % 251) throw new Error(`byte ${read + at} is wrong`);
              const isInPlace = piece.buffer === memory.buffer && piece.byteOffset === read;
              expect(isInPlace).toBe(read >= elsewhere && read < most);
              read += piece.length;
              buffers.release();
            }
          }
          expect(read).toBe(sent);
          expect(sent).toBeGreaterThanOrEqual(most);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('There are at most three buffers, which are reused', () => {
    const buffers = new ReceiveBuffers();
    buffers.expect(1000 * largeBuffer);
    const seen = new Set<ArrayBufferLike>();
    for (let round = 0; round < 500; round += 1) {
      const place = buffers.next();
      seen.add(place.buffer);
      buffers.received(place.length);
      expect(buffers.read()).toHaveLength(place.length);
      buffers.release();
    }
    expect(seen.size).toBeLessThanOrEqual(3);
  });

  it('The buffers stop receiving while nothing is read, and let it go on afterwards', () => {
    const buffers = new ReceiveBuffers();
    buffers.expect(100 * largeBuffer);
    let received = 0;
    while (buffers.open) {
      received += buffers.next().length;
      buffers.received(buffers.next().length);
    }
    expect(received).toBeLessThanOrEqual(3 * largeBuffer);
    buffers.read();
    buffers.release();
    buffers.read();
    buffers.release();
    expect(buffers.open).toBe(true);
  });

  it.each([
    [0, smallBuffer],
    [1024 ** 2, 32 * 1024],
    [8 * 1024 ** 2, 256 * 1024],
    [64 * 1024 ** 2, 2 * 1024 ** 2],
    [96 * 1024 ** 2, largeBuffer],
    [10 ** 10, largeBuffer],
  ])('The buffers for a file of %i bytes have %i bytes', (fileSize, expected) => {
    expect(bufferSizeFor(fileSize)).toBe(expected);
  });

  it('The first buffer is a small one', () => {
    const buffers = new ReceiveBuffers();
    expect(buffers.next()).toHaveLength(smallBuffer);
    buffers.received(4170);
    expect(buffers.read()).toHaveLength(4170);
    buffers.release();
    expect(buffers.next()).toHaveLength(smallBuffer - 4170);
  });
});
