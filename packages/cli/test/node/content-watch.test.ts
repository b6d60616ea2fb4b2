import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { VainSearch } from '../../src/node/content-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('ends five seconds after the last of those who have other content', () => {
  const end = vi.fn();
  const search = new VainSearch(end);
  search.offered('a');
  vi.advanceTimersByTime(60_000);
  search.isOther('a');
  vi.advanceTimersByTime(4000);
  search.offered('b');
  vi.advanceTimersByTime(60_000);
  expect(end).not.toHaveBeenCalled();
  search.isOther('b');
  vi.advanceTimersByTime(4000);
  // It says again what it has said.
  search.offered('a');
  vi.advanceTimersByTime(900);
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(end).toHaveBeenCalledOnce();
});

it('never ends where somebody has it, or once it is over', () => {
  const end = vi.fn();
  const search = new VainSearch(end);
  search.offered('a');
  search.offered('b');
  search.isOther('b');
  vi.advanceTimersByTime(60_000);
  search.isOther('a');
  search.end();
  vi.advanceTimersByTime(60_000);
  expect(end).not.toHaveBeenCalled();
});
