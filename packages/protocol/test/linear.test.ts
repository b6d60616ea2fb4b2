// The cost of decoding grows with the number of bytes, and not with its square.
import { describe, expect, it } from 'vitest';
import {
  checkFilename,
  decodeMessage,
  headerFilename,
  normalPeerAddress,
  TransferRequestDecoder,
  visibleText,
} from '../src/index.ts';
import { bytesOf } from './support/bytes.ts';
import { firstFrame } from './support/decoding.ts';
import { mutated } from './support/mutated.ts';
import { outcome } from './support/outcomes.ts';

const small = 1024;
const factor = 64;
// The same number of bytes, in one piece and in 64 pieces: a cost that grows with the length gives
// a ratio of about 1, one that grows with its square gives 64.
const mostTolerated = 12;
const warmUp = 10;
/** How much processor time each cost is measured over, in microseconds. */
const measured = 60_000;

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

/**
 * The processor time that the work costs, in microseconds. Unlike the time on a clock, it does not
 * grow when the machine has other things to do. Some systems count it in steps of 16 ms.
 */
function costOf(work: () => void): number {
  // Compiled first.
  for (let run = 0; run < warmUp; run += 1) work();
  const start = process.cpuUsage();
  for (let runs = 1; ; runs += 1) {
    work();
    const { user, system } = process.cpuUsage(start);
    if (user + system >= measured) return (user + system) / runs;
  }
}

function expectLinear<T>(make: (length: number) => T, work: (input: T) => unknown): void {
  const [short, long] = [make(small), make(small * factor)];
  const apart = costOf(() => {
    for (let i = 0; i < factor; i += 1) outcome(() => work(short));
  });
  const together = costOf(() => outcome(() => work(long)));
  expect(together / apart).toBeLessThan(mostTolerated);
}

describe.skipIf(mutated)('the cost of a byte does not grow with their number', () => {
  it.each(Object.entries(shapes))(
    'the cost of a byte in a datagram does not grow with their number: %s',
    (_, make) => {
      expectLinear((length) => bytesOf(make(length)), decodeMessage);
    },
  );

  it.each(['[:::]:1', '[:]:1', '[::1]:1', '[1:2::]:1', '[::1.2.3.4]:1', '[::1.2.3.400]:1'])(
    'a malformed address costs about as much as any other: %s',
    (address) => {
      const of = (field: string): Uint8Array =>
        bytesOf(
          `DISCOVER,${`${field},`.repeat(Math.floor((small * factor) / (field.length + 1)))}`,
        );
      const [costly, usual] = [of(address), of('n1:1378')];
      const cost = costOf(() => decodeMessage(costly)) / costOf(() => decodeMessage(usual));
      // As a URL, the first of them costs some forty times as much.
      expect(cost).toBeLessThan(6);
    },
  );

  it('the cost of a character that is made visible or checked does not grow with their number', () => {
    expectLinear((length) => '\u001b'.repeat(length), visibleText);
    expectLinear((length) => 'a'.repeat(length), headerFilename);
    expectLinear((length) => `${'con '.repeat(length / 4)}x`, checkFilename);
    expectLinear((length) => `con${' '.repeat(length)}x`, checkFilename);
    expectLinear((length) => `${'1.'.repeat(length / 2)}:1`, normalPeerAddress);
  });
});

describe('a request', () => {
  it.each(['Get,', '{'])(
    'a request that never ends is held up to 8192 bytes, whatever its pieces: %s',
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
