// How many requests of one machine are answered in a second.
import { expect, it } from 'vitest';
import { costOf, RequestRate, requestCosts } from '../../src/limits/request-rate.ts';
import { ManualClock } from '../support/manual-clock.ts';

const never = (): AbortSignal => new AbortController().signal;

/** Asks `count` times at once, and counts the requests whose turn has come. */
function ask(
  rate: RequestRate,
  machine: string,
  cost: number,
  count: number,
): { readonly passed: () => Promise<number> } {
  let turns = 0;
  for (let asked = 0; asked < count; asked += 1)
    void rate.turn(machine, cost, never()).then(() => (turns += 1));
  return {
    passed: async () => {
      for (let round = 0; round < 5; round += 1) await Promise.resolve();
      return turns;
    },
  };
}

it('A machine that fetches 500 small files at once, each with its manifest, never waits', async () => {
  const rate = new RequestRate(1000, new ManualClock());
  const files = [
    ask(rate, 'a', requestCosts.manifest, 500),
    ask(rate, 'a', requestCosts.data, 500),
  ];
  for (const { passed } of files) expect(await passed()).toBe(500);
});

it('One machine gets 50 pages of the catalog a second, after 200 at once', async () => {
  const clock = new ManualClock();
  const rate = new RequestRate(1000, clock);
  const { passed } = ask(rate, 'a', requestCosts.catalog, 400);
  expect(await passed()).toBe(200);
  clock.advance(1000);
  expect(await passed()).toBe(250);
  clock.advance(2000);
  expect(await passed()).toBe(350);
});

it('The requests of one machine do not delay those of another', async () => {
  const rate = new RequestRate(1000, new ManualClock());
  ask(rate, 'a', requestCosts.catalog, 1000);
  expect(await ask(rate, 'b', requestCosts.catalog, 200).passed()).toBe(200);
});

it('A request of a machine with 32 connections waits at most 0.64 s for its turn', async () => {
  const clock = new ManualClock();
  const rate = new RequestRate(1000, clock);
  ask(rate, 'a', requestCosts.catalog, 200);
  const { passed } = ask(rate, 'a', requestCosts.catalog, 32);
  expect(await passed()).toBe(0);
  clock.advance(640);
  expect(await passed()).toBe(32);
});

it('A request whose client has gone waits no longer', async () => {
  const clock = new ManualClock();
  const rate = new RequestRate(1, clock);
  const gone = new AbortController();
  const turn = rate.turn('a', 100, gone.signal);
  expect(clock.pending).toBe(1);
  gone.abort();
  await turn;
  expect(clock.pending).toBe(0);
});

it('A request whose client has gone before its turn does not delay the next of its machine', async () => {
  const clock = new ManualClock();
  const rate = new RequestRate(1000, clock);
  ask(rate, 'a', requestCosts.catalog, 200);
  for (let asked = 0; asked < 1000; asked += 1) {
    const gone = new AbortController();
    const turn = rate.turn('a', requestCosts.catalog, gone.signal);
    gone.abort();
    await turn;
  }
  const { passed } = ask(rate, 'a', requestCosts.catalog, 1);
  clock.advance(20);
  expect(await passed()).toBe(1);
});

it('Machines that have not asked for long are forgotten', () => {
  const clock = new ManualClock();
  const rate = new RequestRate(1000, clock);
  for (let machine = 0; machine < 10_000; machine += 1) {
    clock.advance(1);
    void rate.turn(`${machine}`, requestCosts.catalog, never());
  }
  expect(rate.size).toBeLessThanOrEqual(1000);
});

it('A pack costs by its files, and less than one request for each of them', () => {
  const pack = (count: number): number =>
    costOf({ want: 'pack', entries: Array.from({ length: count }, () => ['a']) });
  expect([pack(1), pack(32), pack(33), pack(500)]).toEqual([5, 5, 6, 20]);
  expect(costOf({ want: 'pack' })).toBe(4);
});

it('A page of a tree or of the folders costs as much as one of the catalog', () => {
  for (const want of ['catalog', 'folders', 'tree']) expect(costOf({ want })).toBe(20);
  expect(costOf({ want: 'manifest' })).toBe(5);
  for (const want of ['data', 'tea', 'toString', '__proto__']) expect(costOf({ want })).toBe(1);
});
