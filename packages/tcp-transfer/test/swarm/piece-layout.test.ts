// The cuts between pieces.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceLayout } from '../../src/swarm/piece-layout.ts';

/** A file, and bytes that lie somewhere in it. */
const bytesOfFile = fc
  .record({ size: fc.nat(400), pieceLength: fc.integer({ min: 1, max: 64 }) })
  .chain((shape) =>
    fc
      .tuple(fc.nat(shape.size), fc.nat(shape.size))
      .map(([a, b]) => ({ shape, position: Math.min(a, b), length: Math.abs(a - b) })),
  );

describe('a piece layout', () => {
  it('A layout cuts bytes so that all are there, in order, each cut within its piece', () => {
    fc.assert(
      fc.property(bytesOfFile, ({ shape, position, length }) => {
        let covered = 0;
        for (const { piece, start, end } of new PieceLayout(shape).cut({
          offset: position,
          length,
        })) {
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

  it('A cut is the last of a piece exactly at a multiple of its length and at the end of the file', () => {
    fc.assert(
      fc.property(bytesOfFile, ({ shape, position, length }) => {
        for (const { end, last } of new PieceLayout(shape).cut({ offset: position, length })) {
          const at = position + end;
          expect(last).toBe(at % shape.pieceLength === 0 || at === shape.size);
        }
      }),
    );
  });

  it('A layout also cuts bytes beyond 10^10', () => {
    const shape = { size: 10_000_000_001, pieceLength: 8 * 1024 * 1024 };
    expect(
      new PieceLayout(shape).cut({ offset: 1192 * shape.pieceLength - 1, length: 779_266 }),
    ).toEqual([
      { piece: 1191, start: 0, end: 1, last: true },
      { piece: 1192, start: 1, end: 779_266, last: true },
    ]);
  });

  it('The parts of consecutive pieces cover the file, and the last one ends with it', () => {
    const layout = new PieceLayout({ size: 2500, pieceLength: 1000 });
    expect(layout.count).toBe(3);
    expect(layout.partOf(0)).toEqual({ offset: 0, length: 1000 });
    expect(layout.partOf(2)).toEqual({ offset: 2000, length: 500 });
    expect(layout.partOf(1, 2)).toEqual({ offset: 1000, length: 1500 });
    expect(new PieceLayout({ size: 0, pieceLength: 1000 }).count).toBe(0);
  });
});
