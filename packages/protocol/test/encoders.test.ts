// What all encoders do with values that are no message: callers without types may pass anything.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as protocol from '../src/index.ts';
import { entriesIn } from './support/decoding.ts';
import { mutated } from './support/mutated.ts';
import { failure, outcome } from './support/outcomes.ts';

interface Row {
  readonly name: string;
  readonly encode: (value: unknown) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
  /** Keys that the encoder looks at, and values that it may accept. */
  readonly keys: Readonly<Record<string, readonly unknown[]>>;
}

const bits = '0123456789abcdef';
const extensions = [{ v: 2, id: bits }, { v: 2, req: bits }, { v: 2 }];

const rows: readonly Row[] = [
  {
    name: 'encodeMessage',
    encode: (value) => protocol.encodeMessage(value as protocol.Message),
    decode: protocol.decodeMessage,
    keys: {
      type: ['discover', 'get', 'file'],
      addresses: [[], ['127.0.0.1:1'], [1]],
      filename: ['a', ''],
      method: [1],
      port: [1, 0],
      extension: [undefined, ...extensions],
    },
  },
  {
    name: 'encodeTransferRequest',
    encode: (value) => protocol.encodeTransferRequest(value as protocol.TransferRequest),
    decode: (bytes) => new protocol.TransferRequestDecoder().push(bytes)?.request,
    keys: { version: [1, 2], want: ['data'], filename: ['a'], offset: [0], root: [bits.repeat(4)] },
  },
  {
    name: 'encodeTransferHeader',
    encode: (value) => protocol.encodeTransferHeader(value as protocol.TransferHeader),
    decode: (bytes) => new protocol.TransferHeaderDecoder().push(bytes)?.header,
    keys: { size: [0, 1], filename: ['a', 'a:'] },
  },
  {
    name: 'encodeTransferAnswer',
    encode: (value) => protocol.encodeTransferAnswer(value as protocol.TransferAnswer),
    decode: (bytes) => new protocol.TransferAnswerDecoder().push(bytes)?.answer,
    keys: { length: [0, 1], filename: ['a'], error: [undefined, { code: 'busy', message: '' }] },
  },
  {
    name: 'encodeCatalogEntry',
    encode: (value) => protocol.encodeCatalogEntry(value as protocol.CatalogEntry),
    decode: (bytes) => entriesIn([bytes])[0],
    keys: { filename: ['a'], size: [0], mtime: [0], root: [bits.repeat(4)] },
  },
  {
    name: 'encodeFolderEntry',
    encode: (value) => protocol.encodeFolderEntry(value as protocol.SharedFolderEntry),
    decode: (bytes) => new protocol.FoldersDecoder().push(bytes)[0],
    keys: { filename: ['a'], files: [0] },
  },
  {
    name: 'encodeTreeEntry',
    encode: (value) => protocol.encodeTreeEntry(value as protocol.TreeEntry),
    decode: (bytes) => new protocol.TreeDecoder().push(bytes)[0],
    keys: { path: [['a']], kind: ['file'], size: [0], mtime: [0], digest: [bits.repeat(4)] },
  },
  {
    name: 'encodePackLine',
    encode: (value) => protocol.encodePackLine(value as protocol.PackLine),
    decode: (bytes) => new protocol.PackLineDecoder().push(bytes)?.line,
    keys: { size: [0], error: [undefined, 'later'] },
  },
];

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
});

describe.each(rows)('$name', ({ name, encode, decode, keys }) => {
  it.each([undefined, null, 0, 'Get,a', [], {}, { type: 'hello' }, () => 0, Symbol('get')])(
    `${name} refuses %s`,
    (value) => {
      expect(() => encode(value)).toThrow(failure('not-encodable'));
    },
  );

  it(`${name} encodes any value so that it can be decoded, or refuses it`, () => {
    const nearly = fc.record(
      Object.fromEntries(
        Object.entries(keys).map(([key, values]) => [
          key,
          fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, anything),
        ]),
      ),
      { requiredKeys: [] },
    );
    let encoded = 0;
    fc.assert(
      fc.property(fc.oneof(anything, { weight: 5, arbitrary: nearly }), (value) => {
        const result = outcome(() => encode(value));
        if ('code' in result) {
          expect(result.code).toBe('not-encodable');
          return;
        }
        encoded += 1;
        expect(decode(result.value)).toBeTypeOf('object');
      }),
      { numRuns: mutated ? 100 : 1000 },
    );
    expect(encoded).toBeGreaterThan(0);
  });
});

it('A message of an unknown type is refused', () => {
  expect(() => protocol.encodeMessage({ type: 'hello' } as unknown as protocol.Message)).toThrow(
    failure('not-encodable', 'a message of the type discover, get or file, got "hello"'),
  );
  expect(() => protocol.encodeMessage(null as unknown as protocol.Message)).toThrow(
    failure('not-encodable', 'expected a message, got null'),
  );
});

it.each([{}, { filename: 'a' }, { length: 1, error: { code: 'busy', message: '' } }])(
  'An answer with neither or both of a length and an error is refused: %j',
  (answer) => {
    expect(() => protocol.encodeTransferAnswer(answer as protocol.TransferAnswer)).toThrow(
      failure('not-encodable', 'expected either a length or an error'),
    );
  },
);

it('An error in an answer is encoded without its unknown keys', () => {
  const error = { code: 'busy', message: 'later', after: 5 };
  expect(new TextDecoder().decode(protocol.encodeTransferAnswer({ error }))).toBe(
    '{"v":2,"error":{"code":"busy","message":"later"}}\n',
  );
});
