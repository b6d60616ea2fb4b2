// How many events are shown that strangers cause.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventSampler, maxPerSecond } from '../../src/events/event-sampler.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('Of each kind of event so many are shown in a second, and the others are counted at its end', () => {
  const omitted: [string, number][] = [];
  const sampler = new EventSampler((...count) => omitted.push(count));
  const shown = (kind: 'request' | 'peer', count: number): number =>
    Array.from({ length: count }, () => sampler.admits(kind)).filter(Boolean).length;
  expect(shown('request', 600)).toBe(maxPerSecond.request);
  expect(shown('peer', 60)).toBe(60);
  vi.advanceTimersByTime(999);
  expect(shown('request', 5)).toBe(0);
  expect(omitted).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(omitted).toEqual([['request', 600 - maxPerSecond.request + 5]]);
  expect(shown('request', 1)).toBe(1);
});

it('Where few events come, nothing is said of events that were left out', () => {
  const sampler = new EventSampler(() => {
    throw new Error('none was left out');
  });
  for (let second = 0; second < 10; second += 1) {
    for (let i = 0; i < maxPerSecond.sent; i += 1) expect(sampler.admits('sent')).toBe(true);
    vi.advanceTimersByTime(1000);
  }
  expect(vi.getTimerCount()).toBe(0);
});
