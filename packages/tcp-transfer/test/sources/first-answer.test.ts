// Which sources are asked, and when, until one answers.
import { describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../../src/async.ts';
import { firstAnswer } from '../../src/sources/first-answer.ts';
import { ManualClock } from '../support/manual-clock.ts';

const runPending = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Sources named by letters, whose answers a test decides. */
class Scene {
  readonly clock = new ManualClock();
  readonly control = new AbortController();
  readonly asked: string[] = [];
  readonly failed: string[] = [];
  readonly late: string[] = [];
  readonly #answers = new Map<string, Deferred<string>>();
  readonly #signals = new Map<string, AbortSignal>();

  run(next: () => Promise<string | undefined>): ReturnType<typeof firstAnswer<string, string>> {
    return firstAnswer<string, string>({
      clock: this.clock,
      signal: this.control.signal,
      next,
      ask: (source, signal) => {
        this.asked.push(source);
        this.#signals.set(source, signal);
        this.answer(source).promise.catch(() => undefined);
        return this.answer(source).promise;
      },
      onFailed: (source) => this.failed.push(source),
      onLate: (source) => this.late.push(source),
    });
  }

  answer(source: string): Deferred<string> {
    const answer = this.#answers.get(source) ?? deferred<string>();
    this.#answers.set(source, answer);
    return answer;
  }

  isStopped(source: string): boolean {
    return this.#signals.get(source)!.aborted;
  }

  async pass(ms: number): Promise<void> {
    await runPending();
    this.clock.advance(ms);
    await runPending();
  }
}

function listed(...sources: readonly string[]): () => Promise<string | undefined> {
  const left = [...sources];
  return () => Promise.resolve(left.shift());
}

describe('the first answer', () => {
  it('Sources are asked a second apart, and those that another one outruns are stopped and kept', async () => {
    const scene = new Scene();
    const running = scene.run(listed('a', 'b', 'c'));
    await scene.pass(999);
    expect(scene.asked).toEqual(['a']);
    await scene.pass(1);
    expect(scene.asked).toEqual(['a', 'b']);
    scene.answer('b').resolve('yes');
    expect(await running).toEqual({ source: 'b', answer: 'yes' });
    expect(scene.late).toEqual(['a']);
    expect([scene.isStopped('a'), scene.isStopped('b')]).toEqual([true, false]);
    expect(scene.clock.pending).toBe(0);
  });

  it('When a source fails the next is asked at once, and the first may still answer', async () => {
    const scene = new Scene();
    const running = scene.run(listed('a', 'b', 'c'));
    await scene.pass(1000);
    scene.answer('b').reject(new Error('b'));
    await runPending();
    expect(scene.asked).toEqual(['a', 'b', 'c']);
    scene.answer('a').resolve('late');
    expect(await running).toEqual({ source: 'a', answer: 'late' });
    expect(scene.failed).toEqual(['b']);
    expect(scene.late).toEqual(['c']);
  });

  it('There is no answer when all sources have failed', async () => {
    const scene = new Scene();
    const running = scene.run(listed('a', 'b'));
    await scene.pass(1000);
    scene.answer('b').reject(new Error('b'));
    await scene.pass(1000);
    scene.answer('a').reject(new Error('a'));
    expect(await running).toBeUndefined();
    expect(scene.failed).toEqual(['b', 'a']);
  });

  it('A search that fails waits for those that were asked, and is then reported', async () => {
    const scene = new Scene();
    let calls = 0;
    const running = scene.run(() => {
      calls += 1;
      return calls === 1 ? Promise.resolve('a') : Promise.reject(new Error('search'));
    });
    await scene.pass(1000);
    scene.answer('a').reject(new Error('a'));
    await expect(running).rejects.toThrow('search');
    expect(scene.failed).toEqual(['a']);
  });

  it('A source that comes when another one has answered is kept', async () => {
    const scene = new Scene();
    const coming = deferred<string>();
    let calls = 0;
    const running = scene.run(() => {
      calls += 1;
      return calls === 1 ? Promise.resolve('a') : coming.promise;
    });
    await scene.pass(1000);
    scene.answer('a').resolve('yes');
    expect(await running).toEqual({ source: 'a', answer: 'yes' });
    coming.resolve('b');
    await runPending();
    expect(scene.asked).toEqual(['a']);
    expect(scene.late).toEqual(['b']);
  });

  it('An aborted signal ends the wait for an answer, and stops the sources', async () => {
    const scene = new Scene();
    const running = scene.run(listed('a'));
    await runPending();
    scene.control.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(scene.isStopped('a')).toBe(true);
    expect(scene.clock.pending).toBe(0);
  });
});
