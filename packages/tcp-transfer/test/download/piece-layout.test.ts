import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAtPieces } from '../../src/download/piece-layout.ts';

/** A file, and bytes that lie somewhere in it. */
const bytesOfFile = fc
  .record({ size: fc.nat(400), pieceLength: fc.integer({ min: 1, max: 64 }) })
  .chain((shape) =>
    fc
      .tuple(fc.nat(shape.size), fc.nat(shape.size))
      .map(([a, b]) => ({ shape, position: Math.min(a, b), length: Math.abs(a - b) })),
  );

describe('bytes that are cut where pieces end', () => {
  it('are all there, in order, and each cut lies in its piece', () => {
    fc.assert(
      fc.property(bytesOfFile, ({ shape, position, length }) => {
        let covered = 0;
        for (const { piece, start, end } of cutAtPieces(position, length, shape)) {
          expect(start).toBe(covered);
          expect(end).toBeGreaterThan(start);
          expect(position + start).toBeGreaterThanOrEqual(piece * shape.pieceLength);
          expect(position + end).toBeLessThanOrEqual((piece + 1) * shape.pieceLength);
          covered = end;
        }
        expect(covered).toBe(length);
      }),
    );
  });

  it('end a piece exactly where one ends: at a multiple of its length, and at the end of the file', () => {
    fc.assert(
      fc.property(bytesOfFile, ({ shape, position, length }) => {
        for (const { end, last } of cutAtPieces(position, length, shape)) {
          const at = position + end;
          expect(last).toBe(at % shape.pieceLength === 0 || at === shape.size);
        }
      }),
    );
  });

  it('are cut beyond 10^10 too', () => {
    const shape = { size: 10_000_000_001, pieceLength: 8 * 1024 * 1024 };
    expect(cutAtPieces(1192 * shape.pieceLength - 1, 779_266, shape)).toEqual([
      { piece: 1191, start: 0, end: 1, last: true },
      { piece: 1192, start: 1, end: 779_266, last: true },
    ]);
  });
});
