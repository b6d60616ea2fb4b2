// The places of the members that are asked for their lists.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  alternate,
  askInTurn,
  maxSilent,
  maxTalking,
  silentAfter,
  type Turn,
} from '../../src/search/ask-in-turn.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Asks so many members, each of which answers only when the test says so. */
function lab(count: number) {
  const turns: Turn[] = [];
  const ends: (() => void)[] = [];
  let isOver = false;
  const numbers = Array.from({ length: count }, (_, i) => i);
  void askInTurn(
    numbers,
    (_, turn) =>
      new Promise((resolve) => {
        turns.push(turn);
        ends.push(resolve);
        turn.signal.addEventListener('abort', () => {
          resolve();
        });
      }),
  ).then(() => (isOver = true));
  return { turns, ends, isOver: () => isOver };
}

describe('the members that are asked for their lists', () => {
  it('One that says nothing gives up its place after a moment, and is waited for all the same', async () => {
    const { turns, ends, isOver } = lab(maxTalking + 1);
    expect(turns).toHaveLength(maxTalking);
    await vi.advanceTimersByTimeAsync(silentAfter);
    expect(turns).toHaveLength(maxTalking + 1);
    ends.slice(1).forEach((end) => {
      end();
    });
    await vi.advanceTimersByTimeAsync(10 * silentAfter);
    expect([isOver(), turns[0]!.signal.aborted]).toEqual([false, false]);
    ends[0]!();
    await vi.advanceTimersByTimeAsync(0);
    expect(isOver()).toBe(true);
  });

  it('One that goes on talking keeps its place', async () => {
    const { turns } = lab(2 * maxTalking);
    for (let time = 0; time < 20; time += 1) {
      for (const turn of turns) turn.noteProgress();
      await vi.advanceTimersByTimeAsync(silentAfter / 2);
    }
    expect(turns).toHaveLength(maxTalking);
  });

  it('At most 32 talking and 256 silent ones are asked at a time, and the longest silent one is left first', async () => {
    const { turns } = lab(10_000);
    await vi.advanceTimersByTimeAsync(20 * silentAfter);
    const left = turns.filter(({ signal }) => signal.aborted);
    expect(turns.length - left.length).toBeLessThanOrEqual(maxTalking + maxSilent);
    expect(left.length).toBeGreaterThan(0);
    expect(turns.slice(0, left.length)).toEqual(left);
  });

  it('Nobody is asked where there is nobody', async () => {
    const { isOver } = lab(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(isOver()).toBe(true);
  });

  it('The members of many machines are asked in turns', () => {
    const members = ['a:1', 'a:2', 'a:3', 'b:1', 'c:1', 'b:2'];
    const order = alternate(members, (member) => member[0]!);
    expect(order).toEqual(['a:1', 'b:1', 'c:1', 'a:2', 'b:2', 'a:3']);
  });
});
