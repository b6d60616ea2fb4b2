import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeTransferHeader,
  encodeTransferRequest,
  headerName,
  maxTransferSize,
  TransferAnswerDecoder,
  TransferHeaderDecoder,
  TransferRequestDecoder,
  type TransferRequest,
} from '../src/index.ts';
import { plainName, requestV2 } from './support/arbitraries.ts';
import { bytesOf, deliveries, textOf } from './support/bytes.ts';
import { firstFrame, requestIn } from './support/decoding.ts';
import { failure, outcome } from './support/outcomes.ts';

describe('a request of version 1', () => {
  it('is one line', () => {
    expect(textOf(encodeTransferRequest({ filename: 'a b.txt' }))).toBe('Get,a b.txt\n');
    expect(textOf(encodeTransferRequest({ version: 1, filename: 'a' }))).toBe('Get,a\n');
  });

  it('survives the wire in any pieces', () => {
    fc.assert(
      fc.property(plainName, (filename) => {
        const bytes = encodeTransferRequest({ filename });
        for (const pieces of deliveries(bytes)) {
          expect(requestIn(pieces)).toEqual({ version: 1, filename });
        }
      }),
    );
  });

  it.each(['', 'a,b', 'a\nb', ' a'])('is not made for the name %j', (filename) => {
    expect(() => encodeTransferRequest({ filename })).toThrow(failure('not-encodable'));
  });

  it('keeps commas that came, and loses blanks around the name', () => {
    expect(requestIn([bytesOf('Get, a,b.txt \r\n')])).toEqual({
      version: 1,
      filename: 'a,b.txt',
    });
  });
});

describe('a request of version 2', () => {
  const root = '0123456789abcdef'.repeat(4);
  const decode = (text: string): TransferRequest | undefined => requestIn([bytesOf(text)]);

  it('survives the wire in any pieces', () => {
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

  it('is one line of JSON', () => {
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

  it('may come from a later version, want what is not known, and have keys that are not known', () => {
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
    ['{"v":2,"want":"data"\n', 'expected a JSON object'],
    ['{\n', 'expected a JSON object'],
  ])('is refused where it is %j, however it comes', (text, reason) => {
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
    { want: 'data', sugar: 1 },
  ])('is not made of %j', (keys) => {
    expect(() => encodeTransferRequest({ version: 2, ...keys })).toThrow(failure('not-encodable'));
  });

  it('may take 8192 bytes', () => {
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
    '\n',
    'Get\n',
    'Get,\n',
    'Get, \t\n',
    'Gex,a\n',
    'get,a\n',
    ' {"v":2,"want":"data"}\n',
    'Get;\u001b[2J\n',
  ])('is refused where it is %j, however it comes', (text) => {
    for (const pieces of deliveries(bytesOf(text))) {
      expect(outcome(() => requestIn(pieces))).toEqual({
        code: 'bad-request',
      });
    }
  });

  it('is refused at the first byte that is not of this protocol', () => {
    expect(() => requestIn([bytesOf('X')])).toThrow(
      failure('bad-request', 'expected Get,filename or a JSON object, such as {"v":2'),
    );
    expect(() => requestIn([bytesOf('X')])).toThrow(/got "X"$/);
    expect(requestIn([bytesOf('G')])).toBeUndefined();
    expect(requestIn([bytesOf('{')])).toBeUndefined();
    expect(requestIn([new Uint8Array()])).toBeUndefined();
  });

  it('that is no UTF-8 is refused, and its length told', () => {
    const bytes = Uint8Array.of(...bytesOf('Get,'), 0xff, 0x0a);
    expect(() => requestIn([bytes])).toThrow(failure('bad-request', 'got "5 bytes"'));
  });

  it('has a hard maximum of 8192 bytes', () => {
    const longest = `Get,${'a'.repeat(8188)}`;
    const whole = requestIn([bytesOf(`${longest}\n`)]);
    expect(whole?.version === 1 && whole.filename).toHaveLength(8188);
    expect(() => requestIn([bytesOf(`${longest}a`)])).toThrow(
      failure('bad-request', 'at most 8192 bytes'),
    );
  });

  it('may follow another one on its connection', () => {
    const decoder = new TransferRequestDecoder();
    const next = (text: string): TransferRequest | undefined =>
      decoder.push(bytesOf(text))?.request;
    expect(next('Get,first\n')).toEqual({ version: 1, filename: 'first' });
    expect(next('{"v":2,')).toBeUndefined();
    expect(next('"want":"data"}\n')).toEqual({ version: 2, want: 'data' });
    expect(next('Get,a\n')).toEqual({ version: 1, filename: 'a' });
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
          expect(firstFrame(new TransferHeaderDecoder(), [...pieces.slice(0, -1), last])).toEqual({
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
    expect(headerName('a:b::c')).toBe('a:b::c');
    expect(headerName('::')).toBe('');
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
    [{ size: maxTransferSize + 1, name: 'a' }, 'a size from 0 to 9999999999, got 10000000000'],
    [{ size: -1, name: 'a' }, 'got -1'],
    [{ size: 0.5, name: 'a' }, 'got 0.5'],
    [{ size: 1, name: 'a'.repeat(65) }, 'a name of at most 64 bytes that does not end in a colon'],
    [{ size: 1, name: 'a:' }, 'got "a:"'],
    [{ size: 1, name: '\ud800' }, 'got "\\u{d800}"'],
  ])('is not made of %j', (header, reason) => {
    expect(() => encodeTransferHeader(header)).toThrow(failure('not-encodable', reason));
  });

  it('is made of the largest size and the longest name', () => {
    const header = { size: maxTransferSize, name: 'a'.repeat(64) };
    expect(textOf(encodeTransferHeader(header))).toBe(`9999999999${header.name}`);
  });

  it('keeps a byte order mark, which belongs to the name', () => {
    const header = { size: 1, name: '\ufeffa' };
    expect(new TransferHeaderDecoder().push(encodeTransferHeader(header))?.header).toEqual(header);
  });

  it('tells how much of it has come', () => {
    const decoder = new TransferHeaderDecoder();
    expect(decoder.received).toBe(0);
    decoder.push(bytesOf('12'));
    expect(decoder.received).toBe(2);
    decoder.push(new Uint8Array(100).fill(0x3a));
    expect(decoder.received).toBe(74);
  });

  it.each(['-1', '+5', ' 5', '', '5 ', '1e3', '0x10', '5:5', '٣'])(
    'is refused with the size %j',
    (size) => {
      const bytes = new Uint8Array(74).fill(0x3a);
      bytes.set(bytesOf(size));
      expect(() => new TransferHeaderDecoder().push(bytes)).toThrow(
        failure('bad-header', 'expected a size of digits padded with colons, got "'),
      );
    },
  );

  it('is refused with a name that is no UTF-8', () => {
    const bytes = encodeTransferHeader({ size: 1, name: 'abc' });
    bytes[11] = 0xff;
    expect(() => new TransferHeaderDecoder().push(bytes)).toThrow(
      failure('bad-header', 'expected a file name in UTF-8'),
    );
  });
});

describe('an answer of version 2', () => {
  it('may have keys that are not known in its error, and they are left out', () => {
    const line = '{"v":3,"error":{"code":"busy","message":"later","after":5},"length":"x"}\n';
    expect(() => new TransferAnswerDecoder().push(bytesOf(line))).toThrow(
      failure('bad-answer', 'length: expected an integer'),
    );
    const { answer } = new TransferAnswerDecoder().push(bytesOf(line.replace('"x"', '5')))!;
    expect(answer).toStrictEqual({ error: { code: 'busy', message: 'later' } });
  });

  it.each(['{}', '[]', 'null', '"busy"', '{"code":"","message":"a"}', '{"code":"busy"}'])(
    'is refused with the error %s',
    (error) => {
      expect(() => new TransferAnswerDecoder().push(bytesOf(`{"v":2,"error":${error}}\n`))).toThrow(
        failure('bad-answer', 'error: expected an object with a code and a message'),
      );
    },
  );
});
