// How the data of connections is added up before it is reported.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataTally } from '../src/data-tally.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [one, other] = ['127.0.0.1:1', '127.0.0.1:2'];

function lab() {
  const reports: unknown[][] = [];
  const tally = new DataTally((...report) => {
    reports.push(report);
  });
  return { tally, reports };
}

describe('the data of a connection', () => {
  it('is reported a moment later as one sum, with the time of its first bytes', () => {
    const { tally, reports } = lab();
    tally.add(one, 'out', 3, 10);
    tally.add(other, 'out', 5, 11);
    tally.add(one, 'out', 4, 12);
    expect(reports).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(reports).toEqual([
      [one, 'out', 7, 10],
      [other, 'out', 5, 11],
    ]);
  });

  it('is reported before data that goes the other way', () => {
    const { tally, reports } = lab();
    tally.add(one, 'out', 3, 10);
    tally.add(one, 'in', 4, 12);
    expect(reports).toEqual([[one, 'out', 3, 10]]);
    vi.advanceTimersByTime(50);
    expect(reports).toEqual([
      [one, 'out', 3, 10],
      [one, 'in', 4, 12],
    ]);
  });

  it('is reported at once, and only once, when all is asked for', () => {
    const { tally, reports } = lab();
    tally.add(one, 'out', 3, 10);
    tally.add(other, 'in', 5, 11);
    tally.flushAll();
    const all = [
      [one, 'out', 3, 10],
      [other, 'in', 5, 11],
    ];
    expect(reports).toEqual(all);
    vi.advanceTimersByTime(50);
    expect(reports).toEqual(all);
  });
});
