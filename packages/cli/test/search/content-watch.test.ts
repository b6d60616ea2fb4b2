// When a search for one content is in vain, in virtual time.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ContentWatch } from '../../src/search/content-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('A search ends five seconds after all peers that offered the file have other content', () => {
  const end = vi.fn();
  const search = new ContentWatch(end);
  search.offered('a');
  vi.advanceTimersByTime(60_000);
  search.isOther('a');
  vi.advanceTimersByTime(4000);
  search.offered('b');
  vi.advanceTimersByTime(60_000);
  expect(end).not.toHaveBeenCalled();
  search.isOther('b');
  vi.advanceTimersByTime(4000);
  // The peer repeats its offer.
  search.offered('a');
  vi.advanceTimersByTime(900);
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(end).toHaveBeenCalledOnce();
});

it('A search does not end while a peer may have the content, or after the watch was stopped', () => {
  const end = vi.fn();
  const search = new ContentWatch(end);
  search.offered('a');
  search.offered('b');
  search.isOther('b');
  vi.advanceTimersByTime(60_000);
  search.isOther('a');
  search.end();
  vi.advanceTimersByTime(60_000);
  expect(end).not.toHaveBeenCalled();
});
