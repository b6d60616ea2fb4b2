// The rate limit of several connections together.
import { describe, expect, it } from 'vitest';
import { RateLimit, rateLimit } from '../../src/connection/rate-limit.ts';
import { largeBuffer, smallBuffer } from '../../src/connection/receive-buffers.ts';
import { ManualClock } from '../support/manual-clock.ts';

const never = new AbortController().signal;

/** Lets pending promises go on. */
const runPending = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a limited rate', () => {
  it('A rate limit holds for all connections together', async () => {
    const clock = new ManualClock();
    const limit = new RateLimit(1000, clock);
    const passed: [string, number][] = [];
    const connection = async (name: string): Promise<void> => {
      for (let bytes = 0; bytes < 2000; bytes += 500) {
        await limit.waitFor(500, never);
        passed.push([name, clock.now()]);
      }
    };
    const both = Promise.all([connection('a'), connection('b')]);
    for (let now = 0; now < 4000; now += 100) {
      clock.advance(100);
      await runPending();
    }
    await both;
    expect(passed.map(([, at]) => at)).toEqual([500, 1000, 1500, 2000, 2500, 3000, 3500, 4000]);
    expect(passed.map(([name]) => name).join('')).toBe('abababab');
  });

  it('A rate limit saves nothing up while nothing is received', async () => {
    const clock = new ManualClock();
    const limit = new RateLimit(1000, clock);
    clock.advance(60_000);
    let passed = false;
    const waiting = limit.waitFor(1000, never).then(() => (passed = true));
    clock.advance(999);
    await runPending();
    expect(passed).toBe(false);
    clock.advance(1);
    await waiting;
  });

  it('Aborting ends the wait for a rate limit, and leaves no timer', async () => {
    const clock = new ManualClock();
    const control = new AbortController();
    const waiting = new RateLimit(1, clock).waitFor(1e9, control.signal);
    expect(clock.pending).toBe(1);
    control.abort();
    await waiting;
    expect(clock.pending).toBe(0);
  });

  it('Whoever comes and goes does not use up the rate of others', async () => {
    const clock = new ManualClock();
    const limit = new RateLimit(1000, clock);
    for (let client = 0; client < 1000; client += 1) {
      const gone = new AbortController();
      const waiting = limit.waitFor(500, gone.signal);
      gone.abort();
      await waiting;
    }
    let passed = false;
    const waiting = limit.waitFor(1000, never).then(() => (passed = true));
    clock.advance(1000);
    await waiting;
    expect(passed).toBe(true);
  });

  it.each([
    [1, 1024],
    [1_600_000, 100_000],
  ])('At %d bytes per second, %d are sent at a time', (rate, bytes) => {
    expect(new RateLimit(rate, new ManualClock()).sliceSize).toBe(bytes);
  });

  it.each([
    [1, smallBuffer],
    [1_000_000, 250_000],
    [1e12, largeBuffer],
  ])('At %d bytes per second, %d are received at a time', (rate, bytes) => {
    expect(new RateLimit(rate, new ManualClock()).bufferSize).toBe(bytes);
  });

  it.each([0, -1, NaN])('A rate of %d is refused', (rate) => {
    expect(() => rateLimit(rate, new ManualClock())).toThrow(RangeError);
  });

  it('Without the option there is no rate limit', () => {
    expect(rateLimit(undefined, new ManualClock())).toBeUndefined();
  });
});
