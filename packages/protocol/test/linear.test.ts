// The cost of decoding grows with the number of bytes, and not with its square.
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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

// Far more than a datagram holds: work that grows with the length is done in a second, and work that
// grows with its square would go on for hours.
const length = 4 * 1024 * 1024;
/** In milliseconds. Only work that does not end reaches it, on a busy machine too. */
const limit = 50_000;

/** Texts that would be slow to read for a reader that looks at a byte more than a few times. */
const shapes: Readonly<Record<string, (length: number) => string>> = {
  'one field': (length) => `DISCOVER,${'a'.repeat(length)}`,
  'empty fields': (length) => `DISCOVER,${','.repeat(length)}`,
  addresses: (length) => `DISCOVER,${'127.0.0.1:1378,'.repeat(length / 15)}`,
  'blanks in a list': (length) => `DISCOVER,${' \t'.repeat(length / 2)}x`,
  'blanks in a name': (length) => `Get,a${' '.repeat(length)}a`,
  'blanks around a name': (length) =>
    `Get,${'\u00a0'.repeat(length / 4)}a${' '.repeat(length / 2)}`,
  'blanks ahead': (length) => `${'\u00a0'.repeat(length / 4)}${'\n'.repeat(length / 2)}Get,a`,
  'blanks behind': (length) => `Get,a\n${' \n'.repeat(length / 2)}x`,
  'labels of a host': (length) => `DISCOVER,${'a.'.repeat(length / 2)}:1`,
  'colons of a host': (length) => `DISCOVER,[${':'.repeat(length)}]:1`,
  digits: (length) => `File,1,${'1'.repeat(length)}`,
  commas: (length) => `File${','.repeat(length)}`,
  'no message': (length) => '\u202e'.repeat(length / 3),
  'an extension line': (length) => `Get,a\n${'{"a":'.repeat(length / 5)}\n`,
  'many lines': (length) => `Get,a\n${'\n'.repeat(length)}`,
};

/** Interrupts the work where it does not end: no timer of the runner fires meanwhile. */
function expectToEnd(work: () => unknown): void {
  runInNewContext('work()', { work: () => outcome(work) }, { timeout: limit });
}

describe.skipIf(mutated)('the cost of a byte does not grow with their number', () => {
  it.each(Object.entries(shapes))(
    'The cost of a byte in a datagram does not grow with their number: %s',
    (_, make) => {
      const bytes = bytesOf(make(length));
      expectToEnd(() => decodeMessage(bytes));
    },
  );

  it('The cost of a character that is made visible or checked does not grow with their number', () => {
    expectToEnd(() => visibleText('\u001b'.repeat(length)));
    expectToEnd(() => headerFilename('a'.repeat(length)));
    expectToEnd(() => {
      checkFilename(`${'con '.repeat(length / 4)}x`);
    });
    expectToEnd(() => {
      checkFilename(`con${' '.repeat(length)}x`);
    });
    expectToEnd(() => normalPeerAddress(`${'1.'.repeat(length / 2)}:1`));
  });
});

it('No address is read as a URL, which costs forty times as much', () => {
  const url = vi.fn();
  vi.stubGlobal('URL', url);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  for (const address of ['[:::]:1', '[:]:1', '[::1]:1', '[1:2::]:1', '[::1.2.3.4]:1', 'n1:1378'])
    decodeMessage(bytesOf(`DISCOVER,${address}`));
  expect(url).not.toHaveBeenCalled();
});

describe('a request', () => {
  it.each(['Get,', '{'])(
    'A request that never ends is held up to 8192 bytes, whatever its pieces: %s',
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
