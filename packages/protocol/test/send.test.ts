// Offers of sends, and the pieces that peers have.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePieces,
  encodePieces,
  encodeTransferRequest,
  readSendOffer,
  sendOfferRequest,
  type TransferRequestV2,
} from '../src/index.ts';
import { sendOffer } from './support/arbitraries.ts';
import { requestIn } from './support/decoding.ts';
import { failure } from './support/outcomes.ts';

describe('an offer of a send', () => {
  it('An offer survives the wire', () => {
    fc.assert(
      fc.property(sendOffer, (offer) => {
        const request = requestIn([encodeTransferRequest(sendOfferRequest(offer))]);
        expect(readSendOffer(request as TransferRequestV2)).toStrictEqual(offer);
      }),
    );
  });

  it.each(['send', 'kind', 'filename', 'size', 'root', 'port'] as const)(
    'An offer without "%s" is refused, and the error names the key',
    (key) => {
      fc.assert(
        fc.property(sendOffer, (offer) => {
          const { [key]: _, ...request } = sendOfferRequest(offer);
          expect(() => readSendOffer(request as TransferRequestV2)).toThrow(
            failure('bad-request', `the offer has no "${key}"`),
          );
        }),
        { numRuns: 10 },
      );
    },
  );

  it('Of more than 16 peers the first ones count', () => {
    const [offer] = fc.sample(sendOffer, 1);
    const peers = Array.from({ length: 20 }, (_, index) => `127.0.0.1:${index + 1}`);
    const request = { ...sendOfferRequest(offer!), peers };
    expect(readSendOffer(request).peers).toEqual(peers.slice(0, 16));
  });
});

describe('pieces', () => {
  it('The pieces that a peer has survive the wire', () => {
    const somePieces = fc
      .integer({ min: 0, max: 2100 })
      .chain((count) =>
        fc.tuple(fc.constant(count), fc.uniqueArray(fc.nat(Math.max(count - 1, 0)))),
      )
      .map(([count, pieces]) => ({ count, pieces: count === 0 ? [] : pieces }));
    fc.assert(
      fc.property(somePieces, ({ count, pieces }) => {
        const sorted = pieces.toSorted((a, b) => a - b);
        expect(decodePieces(encodePieces(pieces, count), count)).toEqual(sorted);
      }),
    );
  });

  it.each([
    [Uint8Array.of(), 1],
    [Uint8Array.of(0, 0), 8],
    [Uint8Array.of(0x40), 1],
  ])('The bytes %j are not those of %d pieces', (bytes, count) => {
    expect(() => decodePieces(bytes, count)).toThrow(failure('bad-answer'));
  });
});
