// How messages are dissected into fields.
import fc from 'fast-check';
import {
  decodeMessage,
  encodeMessage,
  encodeTransferAnswer,
  encodeTransferHeader,
  encodeTransferRequest,
  type Message,
} from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import { dissectDatagram, dissectTransfer, type Dissection } from '../src/wire/fields.ts';
import { jsonPairs } from '../src/wire/json-pairs.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The fields as `name: bytes`, without those that only separate others. */
function values(bytes: Uint8Array, { fields }: Dissection): string[] {
  return fields
    .filter(({ role }) => role === 'value')
    .map(({ name, start, end }) => `${name}: ${new TextDecoder().decode(bytes.slice(start, end))}`);
}

/** Expects that every byte belongs to one field, and that the fields are in order. */
function expectWhole(bytes: Uint8Array, { fields }: Dissection): void {
  let at = 0;
  for (const { start, end } of fields) {
    expect(start).toBe(at);
    expect(end).toBeGreaterThan(start);
    at = end;
  }
  expect(at).toBe(bytes.length);
}

describe('a datagram', () => {
  it.each<[Message, string[]]>([
    [{ type: 'discover', addresses: [] }, ['type: DISCOVER']],
    [
      { type: 'discover', addresses: ['127.0.0.1:1378', 'node2:1'] },
      ['type: DISCOVER', 'member 1: 127.0.0.1:1378', 'member 2: node2:1'],
    ],
    [{ type: 'get', filename: 'résumé 1.pdf' }, ['type: Get', 'file name: résumé 1.pdf']],
    [{ type: 'file', method: 1, port: 33680 }, ['type: File', 'method: 1', 'port: 33680']],
    [
      {
        type: 'get',
        filename: 'a,b.txt',
        extension: { v: 2, req: '0123456789abcdef' },
      },
      ['type: Get', 'v: "v":2', 'req: "req":"0123456789abcdef"', 'filename: "filename":"a,b.txt"'],
    ],
    [
      {
        type: 'file',
        method: 1,
        port: 0,
        extension: { v: 2, req: '0123456789abcdef', miss: true },
      },
      [
        ...['type: File', 'method: 1', 'port: 0'],
        ...['v: "v":2', 'req: "req":"0123456789abcdef"', 'miss: "miss":true'],
      ],
    ],
  ])('The datagram of %j is dissected into its fields', (message, expected) => {
    const bytes = encodeMessage(message);
    const dissection = dissectDatagram(bytes);
    expect(dissection.kind).toBe(message.type);
    expectWhole(bytes, dissection);
    expect(values(bytes, dissection)).toEqual(expected);
  });

  it('A second line that is invalid is marked, and the first one is dissected', () => {
    const bytes = text('Get,a.txt\n{"v":\n');
    const dissection = dissectDatagram(bytes);
    expectWhole(bytes, dissection);
    expect(dissection).toMatchObject({
      kind: 'get',
      fault: expect.stringContaining('JSON') as string,
    });
    expect(values(bytes, dissection)).toContain('extension line: {"v":');
  });

  it('Control characters in names from the network are made visible', () => {
    const { summary, fields } = dissectDatagram(text('Get,\u202Egpj.exe\u001b[2J\n'));
    // eslint-disable-next-line no-control-regex
    const tricks = /[\u0000-\u001f\u202e]/;
    expect(summary).not.toMatch(tricks);
    for (const field of fields) expect(field.text).not.toMatch(tricks);
  });

  it('Each byte of any datagram has a field, and its kind is that of the protocol', () => {
    const lines = fc.array(
      fc.oneof(
        fc.constantFrom('DISCOVER', 'Get', 'File', ',', '\n', '{', '}', '"', ':', '\\', '1', ' '),
        fc.constant('{"v":2,"id":"0123456789abcdef","x":{"y":[1,"}"]}}'),
        fc.string(),
      ),
    );
    const any = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      lines.map((parts) => text(parts.join(''))),
    );
    fc.assert(
      fc.property(any, (bytes) => {
        fc.pre(bytes.length > 0);
        const dissection = dissectDatagram(bytes);
        expectWhole(bytes, dissection);
        expect(dissection.kind).toBe(kindOf(bytes));
        expectWhole(bytes, dissectTransfer(bytes, 'in'));
        expectWhole(bytes, dissectTransfer(bytes, 'out'));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what crosses TCP', () => {
  it.each<[Uint8Array, 'in' | 'out', string, string[]]>([
    [text('Get,hello.txt\n'), 'in', 'request', ['type: Get', 'file name: hello.txt']],
    [
      encodeTransferRequest({ version: 2, want: 'data', filename: 'a,b', offset: 0, length: 4 }),
      'in',
      'request',
      [
        ...['v: "v":2', 'want: "want":"data"', 'filename: "filename":"a,b"'],
        ...['offset: "offset":0', 'length: "length":4'],
      ],
    ],
    [
      encodeTransferHeader({ size: 42, filename: 'hello.txt' }),
      'out',
      'header',
      ['file size: 42', 'file name: hello.txt'],
    ],
    [
      encodeTransferAnswer({ error: { code: 'not-found', message: 'no, "none"' } }),
      'out',
      'answer',
      ['v: "v":2', 'error: "error":{"code":"not-found","message":"no, \\"none\\""}'],
    ],
  ])('Message %# of TCP is dissected into its fields', (bytes, direction, kind, expected) => {
    const dissection = dissectTransfer(bytes, direction);
    expectWhole(bytes, dissection);
    expect(dissection.kind).toBe(kind);
    expect(values(bytes, dissection)).toEqual(expected);
  });
});

it('The pairs of any JSON object are found', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (object, indent) => {
      const bytes = text(JSON.stringify(object, null, indent));
      const decode = (start: number, end: number): unknown =>
        JSON.parse(new TextDecoder().decode(bytes.slice(start, end)));
      const found = jsonPairs(bytes).map(({ key, value, end }) => [key, decode(value, end)]);
      expect(found).toEqual(Object.entries(JSON.parse(JSON.stringify(object)) as object));
    }),
    { numRuns: 1000 },
  );
});

function kindOf(bytes: Uint8Array): string {
  try {
    return decodeMessage(bytes).type;
  } catch {
    return 'unknown';
  }
}
