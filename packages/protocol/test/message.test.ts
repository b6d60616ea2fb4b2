import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  ProtocolError,
  splitDiscover,
  type DiscoverMessage,
  type Message,
} from '../src/index.ts';
import { bytesOf, expectRoundTrip, textOf } from './helpers.ts';

const address = fc
  .tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 }))
  .map(([host, port]) => `${host}:${port}`);
const filename = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .map((name) => name.replaceAll(/[,\n]/g, '_').trim())
  .filter((name) => name !== '' && name.isWellFormed());

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant('discover' as const), addresses: fc.array(address) }),
  fc.record({ type: fc.constant('get' as const), filename }),
  fc.record({
    type: fc.constant('file' as const),
    method: fc.nat(9),
    port: fc.integer({ min: 0, max: 65535 }),
  }),
);

describe('messages', () => {
  it('survive the wire', () => {
    fc.assert(fc.property(message, expectRoundTrip));
  });

  it('are decoded from any bytes at all, or refused with a ProtocolError', () => {
    const start = fc.constantFrom('', 'DISCOVER,', 'Get,', 'File,', 'File,1,');
    const junk = fc.tuple(start, fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(junk, ([text, bytes]) => {
        try {
          decodeMessage(Uint8Array.from([...bytesOf(text), ...bytes]));
        } catch (error) {
          expect(ProtocolError.is(error)).toBe(true);
        }
      }),
    );
  });

  it('may lack the line feed at the end of a datagram', () => {
    expect(decodeMessage(bytesOf('Get,a.txt'))).toEqual({ type: 'get', filename: 'a.txt' });
    expect(decodeMessage(bytesOf('DISCOVER,127.0.0.1:1'))).toEqual({
      type: 'discover',
      addresses: ['127.0.0.1:1'],
    });
  });

  it.each([
    '',
    '\n',
    'discover,\n',
    'Get\n',
    'File\n',
    'File,1\n',
    'File,1,65536\n',
    'File,x,1\n',
    'File,1,-1\n',
  ])('refuses %j', (text) => {
    expect(() => decodeMessage(bytesOf(text))).toThrow(
      expect.objectContaining({ code: 'malformed-message' }),
    );
  });

  it('refuses what is no UTF-8', () => {
    expect(() => decodeMessage(Uint8Array.of(0x47, 0x65, 0x74, 0x2c, 0xff))).toThrow(/UTF-8/);
  });

  it('keeps control characters out of its errors', () => {
    expect(() => decodeMessage(bytesOf('\u001b[2Jhello'))).toThrow('got "\\u{1b}[2Jhello"');
  });

  it.each(['', 'a,b', 'a\nb', ' a', 'a ', '\ud800'])('does not encode a Get for %j', (name) => {
    expect(() => encodeMessage({ type: 'get', filename: name })).toThrow(
      expect.objectContaining({ code: 'not-encodable' }),
    );
  });

  it.each([
    { type: 'file', method: 1, port: 65536 },
    { type: 'file', method: -1, port: 1 },
    { type: 'file', method: 1.5, port: 1 },
    { type: 'discover', addresses: ['here'] },
  ] as Message[])('does not encode %j', (bad) => {
    expect(() => encodeMessage(bad)).toThrow(expect.objectContaining({ code: 'not-encodable' }));
  });
});

describe('a cut DISCOVER', () => {
  it('never turns its last address into a wrong one', () => {
    const addresses = Array.from({ length: 200 }, (_, i) => `127.0.0.${i % 250}:${10_000 + i}`);
    const whole = encodeMessage({ type: 'discover', addresses });
    for (let size = 2048; size < 2100; size += 1) {
      const decoded = decodeMessage(whole.subarray(0, size)) as DiscoverMessage;
      expect(addresses.slice(0, decoded.addresses.length)).toEqual(decoded.addresses);
      expect(decoded.addresses.length).toBeGreaterThan(100);
    }
  });
});

describe('splitDiscover', () => {
  it('loses no address, keeps their order, and fits every datagram', () => {
    fc.assert(
      fc.property(
        fc.array(address, { maxLength: 300 }),
        fc.integer({ min: 60, max: 2000 }),
        (addresses, maxBytes) => {
          const parts = splitDiscover(addresses, { maxBytes });
          expect(parts.flatMap((part) => part.addresses)).toEqual(addresses);
          for (const part of parts)
            expect(encodeMessage(part).length).toBeLessThanOrEqual(maxBytes);
        },
      ),
    );
  });

  it('makes one message of an empty list', () => {
    expect(splitDiscover([]).map((part) => textOf(encodeMessage(part)))).toEqual(['DISCOVER,\n']);
  });

  it('refuses an address that no datagram can carry', () => {
    expect(() => splitDiscover([`${'a'.repeat(60)}:1`], { maxBytes: 40 })).toThrow(ProtocolError);
  });
});
