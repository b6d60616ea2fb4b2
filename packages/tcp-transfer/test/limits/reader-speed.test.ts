// How fast a client reads while it has a place.
import { describe, expect, it } from 'vitest';
import { ReaderSpeed } from '../../src/limits/reader-speed.ts';

/** Sends slices of `bytes`, each of which takes `wait` milliseconds, from `start` until `end`. */
function send(speed: ReaderSpeed, bytes: number, wait: number, start: number, end: number): void {
  for (let now = start; now + wait <= end; now += wait) {
    speed.resume(now);
    speed.pause(now + wait);
    speed.moved(bytes);
  }
}

function started(now = 0): ReaderSpeed {
  const speed = new ReaderSpeed();
  speed.start(now);
  return speed;
}

describe('the speed of a reader', () => {
  it('The speed of a client that has had its place for less than 5 s is not known', () => {
    const speed = started(1000);
    expect(speed.bytesPerSecond(5999)).toBeUndefined();
    expect(speed.bytesPerSecond(6000)).toBe(0);
  });

  it('The speed of a client that waits for a place is not known, however long it waits', () => {
    expect(new ReaderSpeed().bytesPerSecond(60_000)).toBeUndefined();
  });

  it('A client that has stood still for 5 s is known to read nothing, whatever the system buffered before', () => {
    const speed = started();
    send(speed, 1_000_000, 1, 0, 4);
    speed.resume(4);
    expect(speed.bytesPerSecond(5000)).toBe(0);
  });

  it('A client that stands still after it has read fast for long is known to read nothing after 10 s', () => {
    const speed = started();
    send(speed, 1_000_000, 10, 0, 24_000);
    speed.resume(24_000);
    expect(speed.bytesPerSecond(24_200)).toBeGreaterThan(50_000_000);
    expect(speed.bytesPerSecond(34_000)).toBe(0);
  });

  it('A slow link is measured over the last 5 to 10 s', () => {
    const speed = started();
    send(speed, 16_000, 160, 0, 20_000);
    expect(speed.bytesPerSecond(20_000)).toBeCloseTo(100_000, -4);
    send(speed, 1600, 160, 20_000, 32_000);
    expect(speed.bytesPerSecond(32_000)).toBeCloseTo(10_000, -3);
  });

  it('A client that keeps its place by tiny requests, one upon the other, is slow after 5 s', () => {
    const speed = started();
    send(speed, 100, 1, 0, 5000);
    expect(speed.bytesPerSecond(5000)).toBe(100_000);
  });

  it('A client whose requests wait for their turn is slow after 5 s', () => {
    const speed = started();
    for (let now = 0; now < 5000; now += 640) send(speed, 20_000, 1, now, now + 1);
    expect(speed.bytesPerSecond(5000)).toBeLessThan(40_000);
  });

  it('A client that was idle for long is fast within 5 s of its next request', () => {
    const speed = started();
    send(speed, 100_000, 50, 25_000, 30_000);
    expect(speed.bytesPerSecond(30_000)).toBeGreaterThan(900_000);
  });
});
