// What is known of a source that is still getting the file itself.
import { expect, it } from 'vitest';
import { encodePieces } from '@peerlane/protocol';
import type { PeerConnection } from '../../src/requests/peer-connection.ts';
import { choiceOf, KnownPieces } from '../../src/swarm/known-pieces.ts';
import { TransferError } from '../../src/transfer-error.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** A connection to a source that has some pieces, or nothing yet. */
function connectionTo(pieces: readonly number[] | undefined, count: number): PeerConnection {
  const bits = encodePieces(pieces ?? [], count);
  const connection = {
    request: () =>
      pieces
        ? Promise.resolve({ answer: { length: bits.length }, data: [bits] })
        : Promise.reject(new TransferError('no-file', 'nothing yet')),
    finish: () => undefined,
  };
  return connection as unknown as PeerConnection;
}

const file = { filename: 'file' };

it('A source is asked twice a second what it has, until it has everything', async () => {
  const clock = new ManualClock();
  const known = new KnownPieces(10, clock);
  expect(known.life).toBeLessThanOrEqual(0);
  await known.ask(connectionTo(undefined, 10), file, 'root');
  expect(known.has(0)).toBe(false);
  expect(known.life).toBe(500);
  clock.advance(500);
  expect(known.life).toBe(0);
  await known.ask(connectionTo([0, 9], 10), file, 'root');
  expect([0, 1, 9].map(known.has)).toEqual([true, false, true]);
  await known.ask(connectionTo([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 10), file, 'root');
  expect(known.life).toBe(Infinity);
});

it('A source that has nothing of use for half a minute is given up', async () => {
  const clock = new ManualClock();
  const known = new KnownPieces(10, clock);
  clock.advance(30_000);
  await known.ask(connectionTo([], 10), file, 'root');
  known.used();
  clock.advance(30_000);
  await known.ask(connectionTo([], 10), file, 'root');
  clock.advance(1);
  await expect(known.ask(connectionTo([], 10), file, 'root')).rejects.toMatchObject({
    code: 'too-slow',
  });
});

it('Pieces that a peer has come from it, and the others from those who have all', async () => {
  const known = new KnownPieces(4, new ManualClock());
  await known.ask(connectionTo([1], 4), file, 'root');
  const sources = [{ pieces: undefined }, { pieces: known }];
  const ofWhole = choiceOf(undefined, sources, () => 0.5)!;
  expect([0, 1, 2].map((piece) => ofWhole.prefers!(piece))).toEqual([true, false, true]);
  expect(ofWhole.has).toBeUndefined();
  expect(choiceOf(known, sources, () => 0.5)).toEqual({ has: known.has, start: 0.5 });
  expect(choiceOf(undefined, [{ pieces: undefined }], () => 0.5)).toBeUndefined();
});
