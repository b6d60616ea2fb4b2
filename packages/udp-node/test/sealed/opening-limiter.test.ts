// The limit of datagrams that are opened in vain.
import { describe, expect, it } from 'vitest';
import { OpeningLimiter } from '../../src/limits/opening-limiter.ts';

const host = (n: number): { host: string; port: number } => ({ host: `10.0.0.${n}`, port: 1 });

/** How often a sender is admitted at time 0 if each datagram fails. */
function failures(limiter: OpeningLimiter, n: number, most = 1000): number {
  let count = 0;
  for (; count < most && limiter.admits(host(n), 0, 1); count += 1)
    limiter.noteFailed(host(n), 0, 1);
  return count;
}

describe('the limit of datagrams that are opened in vain', () => {
  const rate = { perSecond: 10, burst: 20 };

  it('A stranger may fail as often as its rate says, and all strangers twice as often', () => {
    const limiter = new OpeningLimiter(rate);
    expect([1, 2, 3].map((n) => failures(limiter, n))).toEqual([20, 20, 0]);
    expect(limiter.admits(host(3), 100, 1)).toBe(true);
  });

  it('What opens uses up nothing', () => {
    const limiter = new OpeningLimiter(rate);
    for (let n = 0; n < 1000; n += 1) {
      expect(limiter.admits(host(1), 0, 1)).toBe(true);
      limiter.noteOpened(host(1));
    }
  });

  it('A member may fail ten times as often, and strangers use up nothing of it', () => {
    const limiter = new OpeningLimiter(rate);
    limiter.noteOpened(host(1));
    for (let n = 2; n < 100; n += 1) failures(limiter, n);
    expect(failures(limiter, 1)).toBe(200);
  });

  it('A sender that has not been heard for ten thousand others counts as a stranger', () => {
    const limiter = new OpeningLimiter(rate);
    limiter.noteOpened(host(1));
    for (let n = 0; n < 10_000; n += 1)
      limiter.noteOpened({ host: `10.1.${n >> 8}.${n & 255}`, port: 1 });
    expect(failures(limiter, 1)).toBe(20);
  });
});
