// The clock of the system: long and infinite delays, and cancelled tasks.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../src/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([1, 1000, 2 ** 31 - 1, 2 ** 31, 5 * 2 ** 31])(
  'The clock of the system runs a task after %i ms',
  (delay) => {
    const task = vi.fn();
    systemClock.schedule(task, delay);
    vi.advanceTimersByTime(delay - 1);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledOnce();
  },
);

it('The clock of the system never runs a task after an infinite delay', () => {
  const task = vi.fn();
  systemClock.schedule(task, Infinity);
  vi.advanceTimersByTime(2 ** 33);
  expect(task).not.toHaveBeenCalled();
});

it('A scheduled task can be cancelled, also late in a long delay', () => {
  const task = vi.fn();
  const timer = systemClock.schedule(task, 2 ** 32);
  vi.advanceTimersByTime(2 ** 31);
  timer.cancel();
  vi.advanceTimersByTime(2 ** 33);
  expect(task).not.toHaveBeenCalled();
});
