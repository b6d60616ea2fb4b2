// The number of pieces in a request.
import { describe, expect, it } from 'vitest';
import { packShare, PackSize, RequestSize } from '../../src/swarm/request-size.ts';

const mebibyte = 1024 * 1024;

describe('how many pieces a source is asked for', () => {
  it.each([
    ['a mebibyte at first', mebibyte / 4, [], 4],
    ['one at first, where that is more than a mebibyte', 16 * mebibyte, [], 1],
    ['what it sends in a second', mebibyte, [[4 * mebibyte, 500]], 8],
    ['at most four times as much as before', mebibyte, [[4 * mebibyte, 10]], 16],
    ['as much where no time passed', mebibyte, [[4 * mebibyte, 0]], 16],
    ['however much that is', mebibyte, [[1024 * mebibyte, 800]], 1280],
    ['never none', mebibyte, [[1000, 5000]], 1],
    ['whole pieces', mebibyte, [[5 * mebibyte - 1, 1000]], 4],
    [
      'by how fast it was the last time',
      mebibyte,
      [...[[4 * mebibyte, 10]], [16 * mebibyte, 4000]],
      4,
    ],
  ])('The next request to a source is %s', (_what, pieceLength, history, expected) => {
    const size = new RequestSize(pieceLength);
    for (const [bytes = 0, time = 0] of history) size.record(bytes, time);
    expect(size.pieces).toBe(expected);
  });
});

describe('how much a source is asked for in a pack', () => {
  it.each([
    ['a quarter of a mebibyte at first', [], mebibyte / 4],
    ['what it sends in half a second', [[mebibyte / 4, 250]], mebibyte / 2],
    ['at most four times as much as before', [[mebibyte / 4, 10]], mebibyte],
    [
      'at most as much as a pack has',
      [[mebibyte / 4, 1], ...[[mebibyte, 1]], [mebibyte, 1]],
      4 * mebibyte,
    ],
    ['not next to nothing', [[1000, 60_000]], 16 * 1024],
  ])('The next pack of a source is %s', (_what, history, expected) => {
    const size = new PackSize();
    for (const [bytes = 0, time = 0] of history) size.record(bytes, time);
    expect(size.bytes).toBe(expected);
  });

  it('Of several sources each is asked for a part of what waits, and all for what fits into memory', () => {
    expect(packShare(Infinity, 1)).toBe(4 * mebibyte);
    expect(packShare(0, 1)).toBe(4 * mebibyte);
    expect(packShare(Infinity, 3)).toBe(2 * mebibyte);
    expect(packShare(6 * mebibyte, 3)).toBe(mebibyte);
    expect(packShare(3 * mebibyte, 3)).toBe(mebibyte / 2);
    expect(packShare(0, 3)).toBe(128 * 1024);
    for (let sources = 2; sources <= 6; sources += 1)
      expect(2 * sources * packShare(Infinity, sources)).toBeLessThanOrEqual(12 * mebibyte);
    expect(packShare(Infinity, 32)).toBe(mebibyte);
  });
});
