// How lines are read from a stream that is no terminal.
import { PassThrough, Readable } from 'node:stream';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { LineReader, maxLineLength } from '../../src/session/line-reader.ts';
import { heapUsed } from '../support/heap-used.ts';

const never = new AbortController().signal;

async function read(input: Readable): Promise<{ lines: string[]; tooLong: number }> {
  let tooLong = 0;
  const reader = new LineReader(input, never, () => {
    tooLong += 1;
  });
  const lines: string[] = [];
  for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
    lines.push(line);
  }
  reader.close();
  return { lines, tooLong };
}

describe('lines', () => {
  const text = Buffer.from('a\n\nbé\r\n  c 😀\nlast');
  it.for([1, 2, 3, text.length])('Lines are read from pieces of %i bytes', async (size) => {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
      text.subarray(index * size, (index + 1) * size),
    );
    const { lines } = await read(Readable.from(pieces));
    expect(lines).toEqual(['a', '', 'bé', '  c 😀', 'last']);
  });

  it('Only lines that are too long are left out', async () => {
    const longest = 'x'.repeat(maxLineLength);
    const { lines, tooLong } = await read(
      Readable.from([
        Buffer.from(`a\n${longest}\n${longest}x\nb\n${longest}`),
        Buffer.from('xx\nc'),
      ]),
    );
    expect(lines).toEqual(['a', longest, 'b', 'c']);
    expect(tooLong).toBe(2);
  });

  it('An endless line needs no memory', async () => {
    const piece = Buffer.alloc(2 ** 16, 'x');
    const before = heapUsed();
    let most = 0;
    const { tooLong } = await read(
      Readable.from(
        (function* () {
          for (let sent = 0; sent < 200 * 2 ** 20; sent += piece.length) {
            if (sent % (20 * 2 ** 20) === 0) most = Math.max(most, heapUsed());
            yield piece;
          }
        })(),
      ),
    );
    expect(tooLong).toBe(1);
    expect(most - before).toBeLessThan(20 * 2 ** 20);
  });

  it('The sender of lines waits while no line is read', async () => {
    const input = new PassThrough();
    const reader = new LineReader(input, never, () => undefined);
    input.write('a\nb\n');
    expect(await reader.next()).toBe('a');
    expect(input.isPaused()).toBe(true);
    expect(await reader.next()).toBe('b');
    const third = reader.next();
    expect(input.isPaused()).toBe(false);
    input.write('c\n');
    expect(await third).toBe('c');
    reader.close();
  });

  it('Reading ends with the signal, and leaves no listener behind', async () => {
    const stop = new AbortController();
    const input = new PassThrough();
    const reader = new LineReader(input, stop.signal, () => undefined);
    const next = reader.next();
    stop.abort();
    expect(await next).toBeUndefined();
    expect(await reader.next()).toBeUndefined();
    reader.close();
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    expect(input.destroyed).toBe(true);
  });
});
