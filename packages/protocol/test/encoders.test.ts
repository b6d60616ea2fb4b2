// What all encoders do with values that are no message: callers without types may pass anything.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeCatalogEntry,
  encodeMessage,
  encodeTransferAnswer,
  encodeTransferHeader,
  encodeTransferRequest,
  TransferAnswerDecoder,
  TransferHeaderDecoder,
  TransferRequestDecoder,
  type CatalogEntry,
  type Message,
  type TransferAnswer,
  type TransferHeader,
  type TransferRequest,
} from '../src/index.ts';
import { entriesIn } from './support/decoding.ts';
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
    encode: (value) => encodeMessage(value as Message),
    decode: decodeMessage,
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
    encode: (value) => encodeTransferRequest(value as TransferRequest),
    decode: (bytes) => new TransferRequestDecoder().push(bytes)?.request,
    keys: { version: [1, 2], want: ['data'], filename: ['a'], offset: [0], root: [bits.repeat(4)] },
  },
  {
    name: 'encodeTransferHeader',
    encode: (value) => encodeTransferHeader(value as TransferHeader),
    decode: (bytes) => new TransferHeaderDecoder().push(bytes)?.header,
    keys: { size: [0, 1], name: ['a', 'a:'] },
  },
  {
    name: 'encodeTransferAnswer',
    encode: (value) => encodeTransferAnswer(value as TransferAnswer),
    decode: (bytes) => new TransferAnswerDecoder().push(bytes)?.answer,
    keys: { length: [0, 1], filename: ['a'], error: [undefined, { code: 'busy', message: '' }] },
  },
  {
    name: 'encodeCatalogEntry',
    encode: (value) => encodeCatalogEntry(value as CatalogEntry),
    decode: (bytes) => entriesIn([bytes])[0],
    keys: { filename: ['a'], size: [0], mtime: [0], root: [bits.repeat(4)] },
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

describe.each(rows)('$name', ({ encode, decode, keys }) => {
  it.each([undefined, null, 0, 'Get,a', [], {}, { type: 'hello' }, () => 0, Symbol('get')])(
    'refuses %s, which is none of its messages',
    (value) => {
      expect(() => encode(value)).toThrow(failure('not-encodable'));
    },
  );

  it('encodes a value so that it can be decoded, or refuses it with one kind of error', () => {
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
      { numRuns: 2000 },
    );
    expect(encoded).toBeGreaterThan(20);
  });
});

it('a message of a type that does not exist is refused by its type', () => {
  expect(() => encodeMessage({ type: 'hello' } as unknown as Message)).toThrow(
    failure('not-encodable', 'a message of the type discover, get or file, got "hello"'),
  );
  expect(() => encodeMessage(null as unknown as Message)).toThrow(
    failure('not-encodable', 'expected a message, got null'),
  );
});

it.each([{}, { filename: 'a' }, { length: 1, error: { code: 'busy', message: '' } }])(
  'an answer has either a length or an error, unlike %j',
  (answer) => {
    expect(() => encodeTransferAnswer(answer as TransferAnswer)).toThrow(
      failure('not-encodable', 'expected either a length or an error'),
    );
  },
);

it('an error in an answer is written without what this version does not know', () => {
  const error = { code: 'busy', message: 'later', after: 5 };
  expect(new TextDecoder().decode(encodeTransferAnswer({ error }))).toBe(
    '{"v":2,"error":{"code":"busy","message":"later"}}\n',
  );
});
