// Requests and headers of TCP.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeTransferHeader,
  encodeTransferRequest,
  headerFilename,
  maxTransferSize,
  TransferHeaderDecoder,
  TransferRequestDecoder,
  type TransferRequest,
} from '../src/index.ts';
import { plainName, requestV2 } from './support/arbitraries.ts';
import { bytesOf, deliveries, textOf } from './support/bytes.ts';
import { firstFrame, requestIn } from './support/decoding.ts';
import { failure, outcome } from './support/outcomes.ts';

describe('a request of version 1', () => {
  it('A request of version 1 is one line', () => {
    expect(textOf(encodeTransferRequest({ filename: 'a b.txt' }))).toBe('Get,a b.txt\n');
    expect(textOf(encodeTransferRequest({ version: 1, filename: 'a' }))).toBe('Get,a\n');
  });

  it('A request of version 1 survives the wire, however its bytes are cut', () => {
    fc.assert(
      fc.property(plainName, (filename) => {
        const bytes = encodeTransferRequest({ filename });
        for (const pieces of deliveries(bytes)) {
          expect(requestIn(pieces)).toEqual({ version: 1, filename });
        }
      }),
    );
  });

  it.each(['', 'a,b', 'a\nb', 'a ', ' '])(
    'A request of version 1 for the name %j is not encoded',
    (filename) => {
      expect(() => encodeTransferRequest({ filename })).toThrow(failure('not-encodable'));
    },
  );

  it('A decoded request keeps commas and leading blanks in the name, and loses blanks at its end', () => {
    expect(requestIn([bytesOf('Get, a,b.txt \r\n')])).toEqual({
      version: 1,
      filename: ' a,b.txt',
    });
  });

  it('A request for a name with a leading blank is not a request for the name without it', () => {
    expect(textOf(encodeTransferRequest({ filename: ' both.txt' }))).toBe('Get, both.txt\n');
    for (const pieces of deliveries(bytesOf('Get, both.txt\n'))) {
      expect(requestIn(pieces)).toEqual({ version: 1, filename: ' both.txt' });
    }
  });
});

describe('a request of version 2', () => {
  const root = '0123456789abcdef'.repeat(4);
  const decode = (text: string): TransferRequest | undefined => requestIn([bytesOf(text)]);

  it('A request of version 2 survives the wire, however its bytes are cut', () => {
    fc.assert(
      fc.property(requestV2, (request) => {
        const bytes = encodeTransferRequest(request);
        for (const pieces of deliveries(bytes)) {
          expect(requestIn(pieces)).toStrictEqual(request);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('A request of version 2 is one line of JSON', () => {
    const request = {
      version: 2,
      want: 'data',
      filename: 'a\nb',
      offset: 0,
      length: 5,
      root,
    } as const;
    expect(textOf(encodeTransferRequest(request))).toBe(
      `{"v":2,"want":"data","filename":"a\\nb","offset":0,"length":5,"root":"${root}"}\n`,
    );
  });

  it('A request may come from a later version, with an unknown want and unknown keys', () => {
    expect(decode('{"want":"tea","v":3,"sugar":{}}\n')).toStrictEqual({ version: 2, want: 'tea' });
  });

  it.each([
    ['{}\n', 'v: '],
    ['{"v":2}\n', 'want: '],
    ['{"v":1,"want":"data"}\n', 'v: '],
    ['{"v":2,"want":""}\n', 'want: '],
    ['{"v":2,"want":"data","offset":-1}\n', 'offset: '],
    ['{"v":2,"want":"data","offset":0.5}\n', 'offset: '],
    ['{"v":2,"want":"data","length":1e16}\n', 'length: '],
    ['{"v":2,"want":"data","root":"x"}\n', 'root: '],
    ['{"v":2,"want":"data","filename":"\\ud800"}\n', 'filename: '],
    ['{"v":2,"want":"catalog","cursor":7}\n', 'cursor: '],
    ['{"v":2,"want":"catalog","match":""}\n', 'match: '],
    ['{"v":2,"want":"data"\n', 'expected a JSON object'],
    ['{\n', 'expected a JSON object'],
  ])('The request of version 2 %j is refused, however it is cut', (text, reason) => {
    for (const pieces of deliveries(bytesOf(text))) {
      expect(() => requestIn(pieces)).toThrow(failure('bad-request', reason));
    }
  });

  it.each([
    { want: '' },
    { want: 'data', offset: -1 },
    { want: 'data', length: 0.5 },
    { want: 'data', root: 'x' },
    { want: 'data', filename: '' },
    { want: 'data', filename: 'a'.repeat(8192) },
    { want: 'catalog', cursor: '\ud800' },
    { want: 'catalog', match: '\ud800' },
    { want: 'data', sugar: 1 },
  ])('A request of version 2 with %j is not encoded', (keys) => {
    expect(() => encodeTransferRequest({ version: 2, ...keys })).toThrow(failure('not-encodable'));
  });

  it('A request may have 8192 bytes', () => {
    const [start, end] = ['{"v":2,"want":"data","filename":"', '"}'];
    const filename = 'a'.repeat(8192 - start.length - end.length);
    const bytes = encodeTransferRequest({ version: 2, want: 'data', filename });
    expect(bytes).toHaveLength(8193);
    expect(requestIn([bytes])).toEqual({
      version: 2,
      want: 'data',
      filename,
    });
  });
});

describe('a request', () => {
  it.each([
    'Put,a\n',
    '\nPut,a\n',
    'Get\n',
    'Get,\n',
    'Get, \t\n',
    'Gex,a\n',
    'get,a\n',
    '\ufeff{"v":2,"want":"data"}\n',
    'Get;\u001b[2J\n',
  ])('The request %j is refused, however it is cut', (text) => {
    for (const pieces of deliveries(bytesOf(text))) {
      expect(outcome(() => requestIn(pieces))).toEqual({
        code: 'bad-request',
      });
    }
  });

  it('A request is refused at the first byte that begins no request', () => {
    expect(() => requestIn([bytesOf('X')])).toThrow(
      failure('bad-request', 'expected Get,filename or a JSON object, such as {"v":2'),
    );
    expect(() => requestIn([bytesOf('X')])).toThrow(/got "X"$/);
    expect(requestIn([bytesOf('G')])).toBeUndefined();
    expect(requestIn([bytesOf('{')])).toBeUndefined();
    expect(requestIn([new Uint8Array()])).toBeUndefined();
  });

  it('A request may have blanks and line feeds ahead of it, which count as its bytes', () => {
    for (const pieces of deliveries(bytesOf('\n \r\n\tGet, a\n'))) {
      expect(requestIn(pieces)).toEqual({ version: 1, filename: ' a' });
    }
    expect(requestIn([bytesOf('\n{"v":2,"want":"data"}\n')])).toEqual({
      version: 2,
      want: 'data',
    });
    const decoder = new TransferRequestDecoder();
    for (let i = 0; i < 8192; i += 1) expect(decoder.push(bytesOf('\n'))).toBeUndefined();
    expect(() => decoder.push(bytesOf('\n'))).toThrow(failure('bad-request', 'at most 8192 bytes'));
  });

  it('A request that is not UTF-8 is refused, and the error gives its length', () => {
    const bytes = Uint8Array.of(...bytesOf('Get,'), 0xff, 0x0a);
    expect(() => requestIn([bytes])).toThrow(failure('bad-request', 'got "5 bytes"'));
  });

  it('A request of more than 8192 bytes is refused', () => {
    const longest = `Get,${'a'.repeat(8188)}`;
    const whole = requestIn([bytesOf(`${longest}\n`)]);
    expect(whole?.version === 1 && whole.filename).toHaveLength(8188);
    expect(() => requestIn([bytesOf(`${longest}a`)])).toThrow(
      failure('bad-request', 'at most 8192 bytes'),
    );
  });

  it('A request may follow another one on its connection', () => {
    const decoder = new TransferRequestDecoder();
    const next = (text: string): TransferRequest | undefined =>
      decoder.push(bytesOf(text))?.request;
    expect(next('Get,first\n')).toEqual({ version: 1, filename: 'first' });
    expect(next('{"v":2,')).toBeUndefined();
    expect(next('"want":"data"}\n')).toEqual({ version: 2, want: 'data' });
    for (const filename of ['a', 'b'])
      expect(next(`${'\n'.repeat(8000)}Get,${filename}\n`)).toEqual({ version: 1, filename });
  });
});

describe('the header', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 80 }).filter((text) => text.isWellFormed());

  it('A header is 74 bytes that survive the wire, however they are cut', () => {
    fc.assert(
      fc.property(fc.nat(maxTransferSize), name, (size, full) => {
        const header = { size, filename: headerFilename(full) };
        const bytes = encodeTransferHeader(header);
        expect(bytes).toHaveLength(74);
        const behind = Uint8Array.of(1, 2);
        for (const pieces of deliveries(bytes)) {
          const last = Uint8Array.from([...pieces.at(-1)!, ...behind]);
          expect(firstFrame(new TransferHeaderDecoder(), [...pieces.slice(0, -1), last])).toEqual({
            header,
            rest: behind,
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('A header carries the first 64 bytes of a name, as that of the original', () => {
    for (const filename of ['é'.repeat(40), `a${'é'.repeat(40)}`, 'a'.repeat(70), 'end::']) {
      const bytes = bytesOf(`5:::::::::${filename}${':'.repeat(64)}`).subarray(0, 74);
      expect(encodeTransferHeader({ size: 5, filename })).toEqual(bytes);
    }
  });

  it('Of a name in a header whole characters are read, without colons at its end', () => {
    expect(headerFilename('é'.repeat(40))).toBe('é'.repeat(32));
    expect(headerFilename(`a${'é'.repeat(40)}`)).toBe(`a${'é'.repeat(31)}`);
    expect(headerFilename('end::')).toBe('end');
    expect(headerFilename('a:b::c')).toBe('a:b::c');
    expect(headerFilename('::')).toBe('');
    expect(headerFilename(`${'a'.repeat(60)}::::::b`)).toBe('a'.repeat(60));
  });

  it('A header whose name was cut inside a character is decoded', () => {
    const asked = `a${'é'.repeat(40)}`;
    const header = Uint8Array.from([...bytesOf('5:::::::::'), ...bytesOf(asked).subarray(0, 64)]);
    expect(new TransferHeaderDecoder().push(header)?.header).toEqual({
      size: 5,
      filename: headerFilename(asked),
    });
  });

  it.each([
    [{ size: maxTransferSize + 1, filename: 'a' }, 'a size from 0 to 9999999999, got 10000000000'],
    [{ size: -1, filename: 'a' }, 'got -1'],
    [{ size: 0.5, filename: 'a' }, 'got 0.5'],
    [{ size: 1, filename: '\ud800' }, 'got "\\u{d800}"'],
  ])('The header %j is not encoded', (header, reason) => {
    expect(() => encodeTransferHeader(header)).toThrow(failure('not-encodable', reason));
  });

  it('A header can have the largest size and the longest name', () => {
    const header = { size: maxTransferSize, filename: 'a'.repeat(64) };
    expect(textOf(encodeTransferHeader(header))).toBe(`9999999999${header.filename}`);
  });

  it('A byte order mark belongs to the name in a header', () => {
    const header = { size: 1, filename: '\ufeffa' };
    expect(new TransferHeaderDecoder().push(encodeTransferHeader(header))?.header).toEqual(header);
  });

  it('The decoder counts the bytes of a header', () => {
    const decoder = new TransferHeaderDecoder();
    expect(decoder.received).toBe(0);
    decoder.push(bytesOf('12'));
    expect(decoder.received).toBe(2);
    decoder.push(new Uint8Array(100).fill(0x3a));
    expect(decoder.received).toBe(74);
  });

  it.each(['-1', '+5', ' 5', '', '5 ', '1e3', '0x10', '5:5', '٣'])(
    'A header with the size %j is refused',
    (size) => {
      const bytes = new Uint8Array(74).fill(0x3a);
      bytes.set(bytesOf(size));
      expect(() => new TransferHeaderDecoder().push(bytes)).toThrow(
        failure('bad-header', 'expected a size of digits padded with colons, got "'),
      );
    },
  );

  it('A header with a name that is not UTF-8 is refused', () => {
    const bytes = encodeTransferHeader({ size: 1, filename: 'abc' });
    bytes[11] = 0xff;
    expect(() => new TransferHeaderDecoder().push(bytes)).toThrow(
      failure('bad-header', 'expected a file name in UTF-8'),
    );
  });
});
