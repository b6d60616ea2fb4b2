// The idle time and the least rate of a transfer, in virtual time.
import { describe, expect, it } from 'vitest';
import { Pace, resolvePace } from '../../src/connection/pace.ts';
import { Watchdog } from '../../src/connection/watchdog.ts';
import { ManualClock } from '../support/manual-clock.ts';

const limits = { idleTimeout: 30_000, minimumRate: 1000, rateWindow: 30_000 };

describe('the pace of a transfer', () => {
  it('A pace without options has the default limits', () => {
    expect(resolvePace({ idleTimeout: 5 })).toEqual({
      idleTimeout: 5,
      minimumRate: 1024,
      rateWindow: 30_000,
    });
  });

  it('A transfer is idle when nothing has moved for too long', () => {
    const pace = new Pace(limits);
    pace.resume(0);
    pace.moved(1_000_000, 10_000);
    expect(pace.fault(39_999)).toBeUndefined();
    expect(pace.fault(40_000)).toBe('idle');
  });

  it.each([
    [999, 'slow'],
    [1000, undefined],
  ])(
    'A transfer of %i bytes a second, with a minimum of 1000, has this fault: %s',
    (rate, expected) => {
      const pace = new Pace(limits);
      pace.resume(0);
      for (let second = 1; second <= 30; second += 1) pace.moved(rate, second * 1000);
      expect(pace.fault(30_000)).toBe(expected);
    },
  );

  it('Each window counts anew, so that a fast start does not help later', () => {
    const pace = new Pace(limits);
    pace.resume(0);
    pace.moved(1_000_000_000, 1000);
    expect(pace.fault(30_000)).toBeUndefined();
    for (let second = 31; second <= 60; second += 1) pace.moved(1, second * 1000);
    expect(pace.fault(60_000)).toBe('slow');
  });

  it('Time in which this side is busy does not count', () => {
    const pace = new Pace(limits);
    expect(pace.remaining).toBeUndefined();
    pace.resume(0);
    pace.pause(20_000);
    expect(pace.fault(1_000_000)).toBeUndefined();
    pace.resume(1_000_000);
    expect(pace.remaining).toBe(10_000);
    expect(pace.fault(1_009_999)).toBeUndefined();
    expect(pace.fault(1_010_000)).toBe('idle');
  });
});

describe('the watchdog', () => {
  function scene(): { clock: ManualClock; dog: Watchdog; bites: string[] } {
    const clock = new ManualClock();
    const bites: string[] = [];
    const dog = new Watchdog(limits, clock, (error) => bites.push(error.message));
    return { clock, dog, bites };
  }

  it('A watchdog reports once, and leaves no timer', () => {
    const { clock, dog, bites } = scene();
    dog.resume();
    clock.advance(29_999);
    expect(bites).toEqual([]);
    clock.advance(100_000);
    expect(bites).toEqual(['nothing moved for 30 s']);
    expect(clock.pending).toBe(0);
  });

  it('A watchdog reports a byte a second as too slow', () => {
    const { clock, dog, bites } = scene();
    dog.resume();
    for (let second = 1; second <= 31; second += 1) {
      dog.moved(1);
      clock.advance(1000);
    }
    expect(bites).toEqual(['less than 1.0 kB per second moved']);
  });

  it('A watchdog does not count pauses, and needs one timer for all of them', () => {
    const { clock, dog, bites } = scene();
    for (let round = 0; round < 1000; round += 1) {
      dog.resume();
      dog.moved(1_000_000);
      dog.pause();
      clock.advance(1000);
      expect(clock.pending).toBeLessThanOrEqual(1);
    }
    dog.resume();
    clock.advance(30_000);
    expect(bites).toHaveLength(1);
  });

  it('A stopped watchdog reports nothing', () => {
    const { clock, dog, bites } = scene();
    dog.resume();
    dog.stop();
    clock.advance(100_000);
    expect([bites, clock.pending]).toEqual([[], 0]);
  });
});
