// Whose task is next, when several owners have tasks that wait.
import { expect, it } from 'vitest';
import { deferred } from '../../src/async.ts';
import { FairTurns } from '../../src/limits/fair-turns.ts';

it('Tasks that wait are started in turn for each owner, and in order for one', async () => {
  const turns = new FairTurns(1);
  const first = deferred<undefined>();
  const started: string[] = [];
  const task = (owner: string, name: string): Promise<void> =>
    turns.run(owner, () => {
      started.push(name);
      return Promise.resolve();
    });
  const running = turns.run('a', () => first.promise);
  const all = [task('a', 'a1'), task('a', 'a2'), task('a', 'a3'), task('b', 'b1'), task('c', 'c1')];
  first.resolve(undefined);
  await Promise.all([running, ...all]);
  expect(started).toEqual(['a1', 'b1', 'c1', 'a2', 'a3']);
});

it('No more tasks run at a time than may, also after some have failed', async () => {
  const turns = new FairTurns(3);
  let [running, most] = [0, 0];
  const work = Array.from({ length: 50 }, (_, index) =>
    turns.run(index % 4, async () => {
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
      if (index % 5 === 0) throw new Error('failed');
    }),
  );
  const results = await Promise.allSettled(work);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10);
  expect(most).toBe(3);
});
