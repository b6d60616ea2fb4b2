// The line that a download without progress prints.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StallNote } from '../../src/lines/stall-note.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('A download that gets nothing for longer than `waiting` says so, and again after as long', () => {
  const lines: string[] = [];
  using stall = new StallNote('a.txt', 100_000, (line) => lines.push(line));
  vi.advanceTimersByTime(90_000);
  stall.progress(5);
  vi.advanceTimersByTime(90_000);
  // The same once more is no progress.
  stall.progress(5);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(11_000);
  expect(lines).toEqual(['Nothing more of "a.txt" has come for 100 s: still trying.']);
  vi.advanceTimersByTime(101_000);
  expect(lines).toHaveLength(2);
});
