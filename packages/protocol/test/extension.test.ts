// The extension line: what it can hold, and what happens to a bad one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  type DiscoverExtension,
  type FileExtension,
  type GetMessage,
  type Message,
} from '../src/index.ts';
import { extendedMessage } from './support/arbitraries.ts';
import { bytesOf, textOf } from './support/bytes.ts';
import { expectRoundTrip, expectSafe, failure } from './support/outcomes.ts';

const bits = '0123456789abcdef';
const root = bits.repeat(4);
const decode = (text: string): Message => decodeMessage(bytesOf(text));
const discoverWith = (keys: object): string =>
  `DISCOVER,127.0.0.1:1\n${JSON.stringify({ v: 2, id: bits, ...keys })}\n`;
const getWith = (keys: object, name = 'a'): string =>
  `Get,${name}\n${JSON.stringify({ v: 2, req: bits, ...keys })}\n`;
const fileWith = (keys: object, port = 5): string =>
  `File,1,${port}\n${JSON.stringify({ v: 2, req: bits, ...keys })}\n`;

describe('a message with an extension line', () => {
  it('A message with an extension line survives the wire', () => {
    fc.assert(fc.property(extendedMessage, expectRoundTrip));
  });

  it('A message with an extension is two lines, of which version 1 reads the first', () => {
    const message: Message = { type: 'get', filename: 'a', extension: { v: 2, req: bits } };
    expect(textOf(encodeMessage(message))).toBe(`Get,a\n{"v":2,"req":"${bits}"}\n`);
  });

  it.each([
    [
      discoverWith({ future: [1] }),
      { type: 'discover', addresses: ['127.0.0.1:1'], extension: { v: 2, id: bits } },
    ],
    [
      getWith({ __proto: 1, size: 'x' }),
      { type: 'get', filename: 'a', extension: { v: 2, req: bits } },
    ],
    [
      fileWith({ v: 3, id: 7 }),
      { type: 'file', method: 1, port: 5, extension: { v: 3, req: bits } },
    ],
  ])('Unknown keys are left out: %s', (text, message) => {
    expect(decode(text)).toStrictEqual(message);
  });

  it('The JSON may contain blanks, and anything may follow its line', () => {
    expect(decode(`Get,a\n { "v": 2, "req": "${bits}" }\r\n\u0000{"v":9}`)).toEqual({
      type: 'get',
      filename: 'a',
      extension: { v: 2, req: bits },
    });
  });
});

describe('a bad extension line', () => {
  const bad: [string, string][] = [
    ['Get,a\n{\n', 'expected a JSON object'],
    ['Get,a\nGet,b\n', 'expected a JSON object'],
    ['Get,a\n[]\n', 'expected a JSON object'],
    ['Get,a\nnull\n', 'expected a JSON object'],
    ['Get,a\n{}\n', 'v: '],
    [`Get,a\n{"v":2,"req":"${bits}"}`, 'expected a line feed at its end'],
    [`Get,a\n{"v":2,"req":"${bits}"`, 'expected a line feed at its end'],
    [`Get,a\n\ufeff{"v":2,"req":"${bits}"}\n`, 'expected a JSON object'],
    [getWith({ v: 1 }), 'v: '],
    [getWith({ v: 2.5 }), 'v: '],
    [getWith({ v: '2' }), 'v: '],
    [getWith({ v: 2 ** 53 }), 'v: '],
    [getWith({ req: undefined }), 'req: '],
    [getWith({ req: bits.toUpperCase() }), 'req: expected 16 lower-case hex digits'],
    [getWith({ req: bits.slice(1) }), 'req: '],
    [getWith({ req: `${bits}0` }), 'req: '],
    [getWith({ req: `${bits}\n` }), 'req: '],
    [getWith({ filename: 1 }), 'filename: '],
    [getWith({ filename: '' }), 'filename: '],
    [getWith({ filename: '\ud800' }), 'filename: expected well-formed Unicode'],
    [discoverWith({ id: 1 }), 'id: '],
    [discoverWith({ name: '' }), 'name: '],
    [discoverWith({ name: 'é'.repeat(65) }), 'name: expected at most 64 characters'],
    [discoverWith({ name: '\udc00' }), 'name: '],
    [discoverWith({ name: null }), 'name: '],
    [discoverWith({ period: 0 }), 'period: '],
    [discoverWith({ period: 0.5 }), 'period: '],
    [discoverWith({ tcp: 0 }), 'tcp: '],
    [discoverWith({ tcp: 65_536 }), 'tcp: '],
    [discoverWith({ tcp: 1.5 }), 'tcp: '],
    [discoverWith({ ping: 'x' }), 'ping: '],
    [discoverWith({ pong: '' }), 'pong: '],
    [discoverWith({ leave: false }), 'leave: '],
    [discoverWith({ guest: 1 }), 'guest: '],
    [fileWith({ size: -1 }), 'size: '],
    [fileWith({ size: 1.5 }), 'size: '],
    [fileWith({ size: 2 ** 53 }), 'size: '],
    [fileWith({ root: bits }), 'root: expected 64 lower-case hex digits'],
    [fileWith({ miss: false }, 0), 'miss: '],
    [fileWith({ miss: true }, 5), 'miss: expected port 0 with it'],
  ];

  it.each(bad)('A bad extension line is dropped, and the first line counts: %j', (text, reason) => {
    const [line] = text.split('\n');
    const { extensionFault, ...message } = decode(text);
    expect(message).toStrictEqual(decode(`${line}\n`));
    expect(extensionFault).toContain(reason);
    expectSafe(extensionFault!);
    // What is encoded again is the version 1 part alone.
    expect(textOf(encodeMessage(decode(text)))).toBe(`${line}\n`);
  });

  it('An extension line that is not UTF-8 is dropped', () => {
    const bytes = Uint8Array.of(...bytesOf('File,1,5\n{"v":2,"x":"'), 0xff, ...bytesOf('"}\n'));
    expect(decodeMessage(bytes)).toEqual({
      type: 'file',
      method: 1,
      port: 5,
      extensionFault: 'expected UTF-8 text',
    });
  });

  it('An extension line of more than 8192 bytes is dropped, with or without a line feed', () => {
    const line = (size: number): string => JSON.stringify({ v: 2, req: bits }).padEnd(size, ' ');
    const tooLong = 'expected a line of at most 8192 bytes';
    expect(decode(`Get,a\n${line(8192)}\n`).extension).toEqual({ v: 2, req: bits });
    expect(decode(`Get,a\n${line(8193)}\n`).extensionFault).toBe(tooLong);
    expect(decode(`Get,a\n${line(8193)}`).extensionFault).toBe(tooLong);
    expect(decode(`Get,a\n${line(8192)}`).extensionFault).toBe('expected a line feed at its end');
  });

  it('An extension line that was cut anywhere on its way is dropped', () => {
    fc.assert(
      fc.property(extendedMessage, fc.nat(), (message, random) => {
        const whole = encodeMessage(message);
        const first = whole.indexOf(0x0a) + 1;
        const cut = first + (random % (whole.length - first));
        const { extension, ...versionOne } = message;
        if (textOf(whole).startsWith('Get,\n')) {
          expect(() => decodeMessage(whole.subarray(0, cut))).toThrow(failure('malformed-message'));
          return;
        }
        const { extensionFault, ...rest } = decodeMessage(whole.subarray(0, cut));
        expect(rest).toEqual(versionOne);
        // Cut right behind the first line, there is nothing to find fault with.
        expect(extensionFault).toBe(cut === first ? undefined : 'expected a line feed at its end');
      }),
    );
  });
});

describe('a Get with an extension line', () => {
  const get = (filename: string): GetMessage => ({
    type: 'get',
    filename,
    extension: { v: 2, req: bits },
  });

  it.each(['a,b.txt', 'a ', ' a ', 'a\t', 'a\nb', 'a\u0085', 'a\u3000', ','])(
    'The extension line carries the name %j, which version 1 cannot',
    (name) => {
      const line = JSON.stringify({ v: 2, req: bits, filename: name });
      expect(textOf(encodeMessage(get(name)))).toBe(`Get,\n${line}\n`);
      expectRoundTrip(get(name));
    },
  );

  it('A name that version 1 can carry is in the first line only', () => {
    expect(textOf(encodeMessage(get('a b')))).toBe(`Get,a b\n{"v":2,"req":"${bits}"}\n`);
  });

  it('The name in the extension line counts only if the first line has none', () => {
    expect(decode(getWith({ filename: 'b' }, 'a'))).toStrictEqual(get('a'));
    expect(decode(getWith({ filename: 'b' }, ''))).toStrictEqual(get('b'));
    // Ahead of a second line, blanks are not at the end of the datagram: they are a name.
    expect(decode(getWith({ filename: 'b' }, ' \t'))).toStrictEqual(get(' \t'));
    expect(decode(getWith({ filename: ' b' }, ''))).toStrictEqual(get(' b'));
  });

  it('A Get without a name in either line is malformed, and the error says why', () => {
    expect(() => decode(getWith({}, ''))).toThrow(/got a Get without a name$/);
    expect(() => decode('Get,\n{"v":2}\n')).toThrow(
      failure('malformed-message', 'a Get without a name (its extension line: req: '),
    );
  });

  it.each(['', '\ud800', `a,${'b'.repeat(8192)}`])(
    'A Get with an extension is not encoded for the name %j',
    (name) => {
      expect(() => encodeMessage(get(name))).toThrow(failure('not-encodable'));
    },
  );
});

describe('an extension that its message cannot have', () => {
  const discover: DiscoverExtension = { v: 2, id: bits };
  const file: FileExtension = { v: 2, req: bits };

  it.each<[Partial<Record<string, unknown>>, string]>([
    [{ v: 1 }, 'v: '],
    [{ id: 'x' }, 'id: '],
    [{ name: 'x'.repeat(65) }, 'name: '],
    [{ name: undefined }, 'name: '],
    [{ period: -1 }, 'period: '],
    [{ tcp: 70_000 }, 'tcp: '],
    [{ leave: false }, 'leave: '],
    [{ 'odd\u001b': 1 }, 'Unrecognized key: "odd\\u{1b}"'],
  ])('a DISCOVER with the keys %j is not encoded', (keys, reason) => {
    const extension = { ...discover, ...keys };
    expect(() => encodeMessage({ type: 'discover', addresses: [], extension })).toThrow(
      failure('not-encodable', reason),
    );
  });

  it.each<[Partial<FileExtension>, string]>([
    [{ size: -1 }, 'size: '],
    [{ root: 'x' }, 'root: '],
    [{ miss: true }, 'miss: expected port 0 with it'],
  ])('a File with the keys %j is not encoded', (keys, reason) => {
    const extension = { ...file, ...keys };
    expect(() => encodeMessage({ type: 'file', method: 1, port: 5, extension })).toThrow(
      failure('not-encodable', reason),
    );
  });

  it('The name of a node may have 64 characters of any number of bytes', () => {
    const extension = { ...discover, name: '🦊'.repeat(64) };
    expectRoundTrip({ type: 'discover', addresses: [], extension });
  });

  it('All keys can have their largest and smallest values', () => {
    expectRoundTrip({
      type: 'file',
      method: 1,
      port: 65_535,
      extension: { v: 2, req: bits, size: Number.MAX_SAFE_INTEGER, root },
    });
    expectRoundTrip({
      type: 'discover',
      addresses: [],
      extension: { ...discover, period: 1, tcp: 65_535, name: 'x', leave: true, guest: true },
    });
  });
});
