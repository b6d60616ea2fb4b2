// The number of pieces in a request.
import { describe, expect, it } from 'vitest';
import { RequestSize } from '../../src/swarm/request-size.ts';

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
