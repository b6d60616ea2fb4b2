// How fast a client reads while the server waits for it.
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

describe('the speed of a reader', () => {
  it('The speed of a client that never makes the server wait is not known, so it is not slow', () => {
    const speed = new ReaderSpeed();
    send(speed, 100, 50, 0, 60_000);
    expect(speed.bytesPerSecond(60_000)).toBeUndefined();
  });

  it('A client that has stood still for 5 s is known to read nothing, whatever the system buffered before', () => {
    const speed = new ReaderSpeed();
    send(speed, 1_000_000, 1, 0, 4);
    speed.resume(4);
    expect(speed.bytesPerSecond(5003)).toBeUndefined();
    expect(speed.bytesPerSecond(5004)).toBe(0);
  });

  it('A slow link is measured over the last 5 to 10 s', () => {
    const speed = new ReaderSpeed();
    send(speed, 16_000, 160, 0, 20_000);
    expect(speed.bytesPerSecond(20_000)).toBeCloseTo(100_000, -4);
    send(speed, 1600, 160, 20_000, 32_000);
    expect(speed.bytesPerSecond(32_000)).toBeCloseTo(10_000, -3);
  });

  it('The time in which the server itself is busy does not count', () => {
    const speed = new ReaderSpeed();
    speed.resume(0);
    speed.pause(200);
    expect(speed.bytesPerSecond(60_000)).toBeUndefined();
  });
});
