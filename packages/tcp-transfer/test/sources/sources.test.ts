// The queue of the sources of a download.
import { describe, expect, it } from 'vitest';
import { deferred } from '../../src/async.ts';
import { Sources } from '../../src/sources/sources.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** Sources that come when a test says so. */
async function* later(...coming: readonly Promise<string>[]): AsyncGenerator<string> {
  for (const source of coming) yield await source;
}

const runPending = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the sources of a download', () => {
  it('Sources come in order, out of arrays as well as out of async iterables', async () => {
    const clock = new ManualClock();
    for (const iterable of [['a', 'b'], later(Promise.resolve('a'), Promise.resolve('b'))]) {
      const sources = new Sources<string>(iterable, clock);
      expect([await sources.next(), await sources.next(), await sources.next()]).toEqual([
        ...['a', 'b', undefined],
      ]);
      expect(await sources.next()).toBeUndefined();
    }
  });

  it('Calls that overlap get the same source', async () => {
    const sources = new Sources<string>(['a', 'b'], new ManualClock());
    expect(await Promise.all([sources.next(), sources.next()])).toEqual(['a', 'a']);
    expect(await sources.next()).toBe('b');
  });

  it('A postponed source is next when no other comes for a second', async () => {
    const clock = new ManualClock();
    const sources = new Sources<string>(later(deferred<string>().promise), clock);
    sources.postpone('postponed');
    const next = sources.nextOrPostponed(false);
    clock.advance(999);
    await runPending();
    expect(sources.hasPostponed).toBe(true);
    clock.advance(1);
    expect(await next).toBe('postponed');
    expect(clock.pending).toBe(0);
  });

  it('A source that comes while a postponed one is asked is not lost', async () => {
    const clock = new ManualClock();
    const coming = deferred<string>();
    const sources = new Sources<string>(later(coming.promise), clock);
    sources.postpone('postponed');
    const next = sources.nextOrPostponed(false);
    clock.advance(1000);
    expect(await next).toBe('postponed');
    coming.resolve('new');
    await runPending();
    expect(await sources.next()).toBe('new');
  });

  it('Closing sources closes the iterator of the caller, whatever that does', async () => {
    let closed = 0;
    const iterator = {
      next: () => Promise.resolve({ value: 'a', done: false }),
      return: () => {
        closed += 1;
        return Promise.reject(new Error('x'));
      },
    } as unknown as AsyncIterator<string>;
    await new Sources<string>(
      { [Symbol.asyncIterator]: () => iterator },
      new ManualClock(),
    ).close();
    expect(closed).toBe(1);
  });
});
