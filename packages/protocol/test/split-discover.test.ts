// A long list of addresses, split into messages that each fit a datagram.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage, splitDiscover } from '../src/index.ts';
import { address, discoverExtension } from './support/arbitraries.ts';
import { textOf } from './support/bytes.ts';
import { failure } from './support/outcomes.ts';

const longestAddress = 260;

describe('splitDiscover', () => {
  const extension = fc.option(discoverExtension, { nil: undefined });

  it('The parts keep all addresses in order, fit a datagram each, and are full except for the last', () => {
    fc.assert(
      fc.property(
        fc.array(address, { maxLength: 100 }),
        extension,
        fc.nat(1000),
        (addresses, extension, more) => {
          const bare = splitDiscover([], { extension }).map(encodeMessage)[0]!.length;
          const maxBytes = bare + longestAddress + more;
          const parts = splitDiscover(addresses, { maxBytes, extension });
          expect(parts.flatMap((part) => part.addresses)).toEqual(addresses);
          for (const [index, part] of parts.entries()) {
            expect(part.extension).toEqual(extension);
            const size = encodeMessage(part).length;
            expect(size).toBeLessThanOrEqual(maxBytes);
            const next = parts[index + 1];
            if (next) expect(size + 1 + next.addresses[0]!.length).toBeGreaterThan(maxBytes);
          }
        },
      ),
    );
  });

  it('An empty list becomes one message', () => {
    expect(splitDiscover([]).map((part) => textOf(encodeMessage(part)))).toEqual(['DISCOVER,\n']);
    expect(splitDiscover([])).toStrictEqual([{ type: 'discover', addresses: [] }]);
  });

  it('A datagram has at most 1200 bytes by default', () => {
    const addresses = Array.from({ length: 200 }, (_, i) => `127.0.0.1:${10_000 + i}`);
    const [first] = splitDiscover(addresses).map(encodeMessage);
    expect(first!.length).toBeLessThanOrEqual(1200);
    expect(first!.length).toBeGreaterThan(1200 - '127.0.0.1:10000,'.length);
  });

  it('The addresses are in their normal form', () => {
    expect(splitDiscover(['Node2:1']).flatMap((part) => part.addresses)).toEqual(['node2:1']);
  });

  it('Every byte of a datagram is used, and one byte too few is refused', () => {
    const maxBytes = 'DISCOVER,aa:1\n'.length;
    expect(splitDiscover(['aa:1', 'bb:1'], { maxBytes })).toHaveLength(2);
    expect(splitDiscover(['aa:1', 'bb:1'], { maxBytes: maxBytes + 5 })).toHaveLength(1);
    expect(splitDiscover(['aa:1', 'bb:1'], { maxBytes: maxBytes + 4 })).toHaveLength(2);
    expect(() => splitDiscover(['aa:1'], { maxBytes: maxBytes - 1 })).toThrow(
      failure('not-encodable', `no datagram of ${maxBytes - 1} bytes can carry "aa:1"`),
    );
    expect(splitDiscover([], { maxBytes: 10 })).toHaveLength(1);
    expect(() => splitDiscover([], { maxBytes: 9 })).toThrow(
      failure('not-encodable', 'no datagram of 9 bytes can carry a DISCOVER'),
    );
  });

  it('A text that is not an address is refused', () => {
    expect(() => splitDiscover(['here'])).toThrow(failure('not-encodable', '"here"'));
  });
});
