import { describe, expect, it } from 'vitest';
import {
  checkFileName,
  decodeMessage,
  headerName,
  normalPeerAddress,
  TransferRequestDecoder,
  visibleText,
} from '../src/index.ts';
import { bytesOf } from './support/bytes.ts';
import { firstFrame } from './support/decoding.ts';
import { outcome } from './support/outcomes.ts';

const small = 1024;
const factor = 64;
// The same number of bytes, in one piece and in 64 pieces: a cost that grows with the length gives
// a ratio of about 1, one that grows with its square gives 64.
const mostTolerated = 12;
const rounds = 30;

/** Texts that would be slow to read for a reader that looks at a byte more than a few times. */
const shapes: Readonly<Record<string, (length: number) => string>> = {
  'one field': (length) => `DISCOVER,${'a'.repeat(length)}`,
  'empty fields': (length) => `DISCOVER,${','.repeat(length)}`,
  addresses: (length) => `DISCOVER,${'127.0.0.1:1378,'.repeat(length / 15)}`,
  'blanks in a list': (length) => `DISCOVER,${' \t'.repeat(length / 2)}x`,
  'blanks in a name': (length) => `Get,a${' '.repeat(length)}a`,
  'blanks around a name': (length) =>
    `Get,${'\u00a0'.repeat(length / 4)}a${' '.repeat(length / 2)}`,
  'labels of a host': (length) => `DISCOVER,${'a.'.repeat(length / 2)}:1`,
  'colons of a host': (length) => `DISCOVER,[${':'.repeat(length)}]:1`,
  digits: (length) => `File,1,${'1'.repeat(length)}`,
  commas: (length) => `File${','.repeat(length)}`,
  'no message': (length) => '\u202e'.repeat(length / 3),
  'an extension line': (length) => `Get,a\n${'{"a":'.repeat(length / 5)}\n`,
  'many lines': (length) => `Get,a\n${'\n'.repeat(length)}`,
};

/** The best of several times for the work, in milliseconds. */
function bestOf(work: () => void): number {
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function expectLinear<T>(make: (length: number) => T, work: (input: T) => unknown): void {
  const [short, long] = [make(small), make(small * factor)];
  const apart = bestOf(() => {
    for (let i = 0; i < factor; i += 1) outcome(() => work(short));
  });
  const together = bestOf(() => outcome(() => work(long)));
  expect(together / apart).toBeLessThan(mostTolerated);
}

describe('the cost of a byte does not grow with their number', () => {
  it.each(Object.entries(shapes))('in a datagram: %s', (_, make) => {
    expectLinear((length) => bytesOf(make(length)), decodeMessage);
  });

  it.each(['[:::]:1', '[:]:1', '[::1]:1', '[1:2::]:1', '[::1.2.3.4]:1', '[::1.2.3.400]:1'])(
    'nor does it depend on the kind of address: %s',
    (address) => {
      const of = (field: string): Uint8Array =>
        bytesOf(
          `DISCOVER,${`${field},`.repeat(Math.floor((small * factor) / (field.length + 1)))}`,
        );
      const [costly, usual] = [of(address), of('n1:1378')];
      const cost = bestOf(() => decodeMessage(costly)) / bestOf(() => decodeMessage(usual));
      // As a URL, the first of them costs some forty times as much.
      expect(cost).toBeLessThan(6);
    },
  );

  it('in text that is made visible or checked', () => {
    expectLinear((length) => '\u001b'.repeat(length), visibleText);
    expectLinear((length) => 'a'.repeat(length), headerName);
    expectLinear((length) => `${'con '.repeat(length / 4)}x`, checkFileName);
    expectLinear((length) => `con${' '.repeat(length)}x`, checkFileName);
    expectLinear((length) => `${'1.'.repeat(length / 2)}:1`, normalPeerAddress);
  });
});

describe('a request', () => {
  it.each(['Get,', '{'])(
    'that never ends is held up to 8192 bytes, whatever its pieces: %s',
    (start) => {
      for (const size of [1, 7, 8192, 8193, 1_000_000]) {
        const decoder = new TransferRequestDecoder();
        const piece = bytesOf('x'.repeat(size));
        expect(decoder.push(bytesOf(start))).toBeUndefined();
        const room = Math.floor((8192 - start.length) / size);
        for (let i = 0; i < room; i += 1) expect(decoder.push(piece)).toBeUndefined();
        expect(() => firstFrame(decoder, [piece])).toThrow(/8192/);
      }
    },
  );
});
