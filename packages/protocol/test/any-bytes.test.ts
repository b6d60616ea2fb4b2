// Random bytes: everything is either decoded or refused with one kind of error.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeCatalogEntry,
  encodeMessage,
  encodeTransferAnswer,
  encodeTransferHeader,
  encodeTransferRequest,
  headerFilename,
  maxTransferSize,
  TransferAnswerDecoder,
  TransferHeaderDecoder,
  TransferRequestDecoder,
  type Message,
} from '../src/index.ts';
import {
  answer,
  anyName,
  catalogEntry,
  damaged,
  extendedMessage,
  plainMessage,
  plainName,
  requestV2,
} from './support/arbitraries.ts';
import { bytesOf, deliveries } from './support/bytes.ts';
import { entriesIn } from './support/decoding.ts';
import { expectSafe, outcome } from './support/outcomes.ts';

const behind = (starts: readonly string[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }))
    .map(([start, bytes]) => Uint8Array.from([...bytesOf(start), ...bytes]));

const starts = ['', 'DISCOVER,', 'Get,', 'File,', 'File,1,', 'Get,a\n', 'File,1,2\n{"v":2,'];
const datagram = fc.oneof(
  behind(starts),
  damaged(fc.oneof(plainMessage, extendedMessage).map(encodeMessage)),
);
const request = fc.oneof(
  behind(['', 'Get,', '{', '{"v":2,"want":']),
  damaged(
    fc.oneof(
      plainName.map((filename) => encodeTransferRequest({ filename })),
      requestV2.map(encodeTransferRequest),
    ),
  ),
);
const header = fc.oneof(
  behind(['', '12::::::::']),
  damaged(
    fc
      .record({ size: fc.nat(maxTransferSize), filename: anyName.map(headerFilename) })
      .map(encodeTransferHeader),
  ),
);

const answerLine = fc.oneof(
  behind(['', '{', '{"v":2,"length":1}\n', '{"v":2,"error":']),
  damaged(answer.map(encodeTransferAnswer)),
);

const catalog = fc.oneof(
  behind(['', '{', '\n', '{"filename":"a","size":1,"mtime":1}\n', '{"filename":']),
  damaged(
    fc
      .array(catalogEntry, { minLength: 1, maxLength: 3 })
      .map((entries) => Uint8Array.from(entries.flatMap((each) => [...encodeCatalogEntry(each)]))),
  ),
);

/** How many characters a message holds in all. */
function sizeOf(message: Message): number {
  return JSON.stringify(message).length;
}

describe('random datagrams', () => {
  it('A random datagram is decoded into something no larger than itself, or refused', () => {
    fc.assert(
      fc.property(datagram, (bytes) => {
        const decoded = outcome(() => decodeMessage(bytes));
        if ('code' in decoded) {
          expect(decoded.code).toBe('malformed-message');
          return;
        }
        const { extensionFault, ...message } = decoded.value;
        if (extensionFault !== undefined) expectSafe(extensionFault);
        // JSON needs at most six characters, `\\u0000`, for what is one byte on the wire.
        expect(sizeOf(message)).toBeLessThan(100 + 6 * bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('A random datagram that can be decoded is the same message when it is encoded again', () => {
    fc.assert(
      fc.property(datagram, (bytes) => {
        const decoded = outcome(() => decodeMessage(bytes));
        if ('code' in decoded) return;
        const { extensionFault, ...message } = decoded.value;
        const encoded = outcome(() => encodeMessage(message));
        // A Get with a comma decodes without an extension line and is not encoded without one.
        if ('code' in encoded) expect(encoded.code).toBe('not-encodable');
        else expect(decodeMessage(encoded.value)).toEqual(message);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('random bytes over TCP', () => {
  it('Random bytes are one request and its rest, or one refusal, however they are cut', () => {
    expectFramed(request, () => new TransferRequestDecoder(), 'bad-request');
  });

  it('Random bytes are one header and its rest, or one refusal, however they are cut', () => {
    expectFramed(header, () => new TransferHeaderDecoder(), 'bad-header');
  });

  it('Random bytes are one answer and its rest, or one refusal, however they are cut', () => {
    expectFramed(answerLine, () => new TransferAnswerDecoder(), 'bad-answer');
  });
});

describe('random data of a catalog', () => {
  it('Random data is one list of entries or one refusal, however it is cut', () => {
    fc.assert(
      fc.property(catalog, (bytes) => {
        const whole = outcome(() => entriesIn([bytes]));
        for (const pieces of deliveries(bytes))
          expect(outcome(() => entriesIn(pieces))).toEqual(whole);
        if ('code' in whole) expect(whole.code).toBe('bad-answer');
      }),
      { numRuns: 100 },
    );
  });
});

interface FramingDecoder {
  readonly received: number;
  push(bytes: Uint8Array): { readonly rest: Uint8Array } | undefined;
}

/** A decoder gives the same however the bytes come, and loses none of what follows. */
function expectFramed(
  frame: fc.Arbitrary<Uint8Array>,
  newDecoder: () => FramingDecoder,
  code: string,
): void {
  const read = (pieces: readonly Uint8Array[]): object => {
    const decoder = newDecoder();
    for (const [index, piece] of pieces.entries()) {
      const result = decoder.push(piece);
      if (!result) continue;
      const { rest, ...frame } = result;
      return { ...frame, rest: [rest, ...pieces.slice(index + 1)].flatMap((part) => [...part]) };
    }
    return { received: decoder.received };
  };
  fc.assert(
    fc.property(frame, (bytes) => {
      const whole = outcome(() => read([bytes]));
      for (const pieces of deliveries(bytes)) {
        expect(outcome(() => read(pieces))).toEqual(whole);
      }
      if ('code' in whole) expect(whole.code).toBe(code);
    }),
    { numRuns: 300 },
  );
}
