import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeTransferHeader,
  encodeTransferRequest,
  headerName,
  maxTransferSize,
  ProtocolError,
  TransferHeaderDecoder,
  TransferRequestDecoder,
} from '../src/index.ts';
import { bytesOf, deliveries, feed, textOf } from './helpers.ts';

describe('the request', () => {
  it('is one line', () => {
    expect(textOf(encodeTransferRequest({ filename: 'a b.txt' }))).toBe('Get,a b.txt\n');
  });

  it.each(['', 'a,b', 'a\nb', ' a'])('is not made for the name %j', (filename) => {
    expect(() => encodeTransferRequest({ filename })).toThrow(ProtocolError);
  });

  it('keeps commas that came', () => {
    expect(new TransferRequestDecoder().push(bytesOf('Get,a,b.txt\n'))?.filename).toBe('a,b.txt');
  });

  it.each([
    'Put,a\n',
    '\n',
    'Get\n',
    'Get,\n',
    'Gex,a\n',
    '{"v":2}\n',
    'Get,\u0000\n'.replace('Get', 'get'),
  ])('is refused where it is %j, however it comes', (text) => {
    for (const pieces of deliveries(bytesOf(text))) {
      expect(() => feed(new TransferRequestDecoder(), pieces)).toThrow(
        expect.objectContaining({ code: 'bad-request' }),
      );
    }
  });

  it('is refused at the first byte that is not of this protocol', () => {
    expect(() => new TransferRequestDecoder().push(bytesOf('X'))).toThrow(ProtocolError);
  });

  it('has a hard maximum of 8192 bytes', () => {
    const longest = `Get,${'a'.repeat(8188)}`;
    expect(new TransferRequestDecoder().push(bytesOf(`${longest}\n`))?.filename).toHaveLength(8188);
    expect(() => new TransferRequestDecoder().push(bytesOf(`${longest}a`))).toThrow(/8192/);
  });
});

describe('the header', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 80 }).filter((text) => text.isWellFormed());

  it('is 74 bytes that survive the wire in any pieces', () => {
    fc.assert(
      fc.property(fc.nat(maxTransferSize), name, (size, full) => {
        const header = { size, name: headerName(full) };
        const bytes = encodeTransferHeader(header);
        expect(bytes).toHaveLength(74);
        const behind = Uint8Array.of(1, 2);
        for (const pieces of deliveries(bytes)) {
          const last = Uint8Array.from([...pieces.at(-1)!, ...behind]);
          expect(feed(new TransferHeaderDecoder(), [...pieces.slice(0, -1), last])).toEqual({
            header,
            rest: behind,
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('carries of a name what fits, cut between characters', () => {
    expect(headerName('é'.repeat(40))).toBe('é'.repeat(32));
    expect(headerName(`a${'é'.repeat(40)}`)).toBe(`a${'é'.repeat(31)}`);
    expect(headerName('end::')).toBe('end');
    expect(headerName(`${'a'.repeat(60)}::::::b`)).toBe('a'.repeat(60));
  });

  it('is understood where a sender cut its name inside a character', () => {
    const asked = `a${'é'.repeat(40)}`;
    const header = Uint8Array.from([...bytesOf('5:::::::::'), ...bytesOf(asked).subarray(0, 64)]);
    expect(new TransferHeaderDecoder().push(header)?.header).toEqual({
      size: 5,
      name: headerName(asked),
    });
  });

  it.each([
    { size: maxTransferSize + 1, name: 'a' },
    { size: -1, name: 'a' },
    { size: 0.5, name: 'a' },
    { size: 1, name: 'a'.repeat(65) },
    { size: 1, name: 'a:' },
    { size: 1, name: '\ud800' },
  ])('is not made of %j', (header) => {
    expect(() => encodeTransferHeader(header)).toThrow(
      expect.objectContaining({ code: 'not-encodable' }),
    );
  });

  it.each(['-1', '+5', ' 5', '', '5 ', '1e3', '0x10', '5:5', '٣'])(
    'is refused with the size %j',
    (size) => {
      const bytes = new Uint8Array(74).fill(0x3a);
      bytes.set(bytesOf(size));
      expect(() => new TransferHeaderDecoder().push(bytes)).toThrow(
        expect.objectContaining({ code: 'bad-header' }),
      );
    },
  );

  it('is refused with a name that is no UTF-8', () => {
    const bytes = encodeTransferHeader({ size: 1, name: 'abc' });
    bytes[11] = 0xff;
    expect(() => new TransferHeaderDecoder().push(bytes)).toThrow(
      expect.objectContaining({ code: 'bad-header' }),
    );
  });
});
