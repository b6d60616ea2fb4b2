import { describe, expect, it } from 'vitest';
import { HashQueue, mayHash } from '../../src/manifests/hash-queue.ts';

const queued = (kind: 'small' | 'large', background = false) => ({
  large: kind === 'large',
  background,
});

describe('turns', () => {
  it.each([
    ['of small files come at once', ['s', 's', 's', 's'], [0, 1, 2, 3]],
    ['of large files are those of the first two', ['L', 's', 'L', 'L', 's'], [0, 1, 2, 4]],
    ['of what nobody waits for come when there is nothing else', ['bL', 'bs', 's'], [2]],
    ['of what nobody waits for come one at a time', ['bL', 'bs'], [0]],
    ['of large files do not wait for what nobody waits for', ['bL', 'bL', 'L', 'L'], [2, 3]],
  ])('%s', (_what, kinds, expected) => {
    const all = kinds.map((kind) =>
      queued(kind.endsWith('L') ? 'large' : 'small', kind.startsWith('b')),
    );
    expect(all.flatMap((one, index) => (mayHash(all, one) ? [index] : []))).toEqual(expected);
  });

  it('come when another file is done, when one is awaited now, and when it is removed itself', async () => {
    const queue = new HashQueue();
    const [first, second, third] = [queued('large'), queued('large'), queued('large')];
    const background = queued('small', true);
    const late = queued('small', true);
    for (const one of [first, second, third, background, late]) queue.add(one);
    const gone: string[] = [];
    const waiting = [
      queue.wait(third).then(() => gone.push('third')),
      queue.wait(background).then(() => gone.push('background')),
      queue.wait(late).then(() => gone.push('late')),
    ];
    await queue.wait(first);
    queue.remove(late);
    await waiting[2];
    expect(gone).toEqual(['late']);
    queue.remove(second);
    await waiting[0];
    expect(gone).toEqual(['late', 'third']);
    background.background = false;
    queue.changed();
    await Promise.all(waiting);
  });
});
