// The order in which files are hashed.
import { describe, expect, it } from 'vitest';
import { HashQueue, mayHash } from '../../src/manifests/hash-queue.ts';

const queued = (kind: 'small' | 'large', background = false) => ({
  large: kind === 'large',
  background,
});

describe('the hash queue', () => {
  it.each([
    ['Small files may be hashed at once', ['s', 's', 's', 's'], [0, 1, 2, 3]],
    ['The first two large files may be hashed', ['L', 's', 'L', 'L', 's'], [0, 1, 2, 4]],
    ['A background file waits until there is nothing else', ['bL', 'bs', 's'], [2]],
    ['Background files may be hashed one at a time', ['bL', 'bs'], [0]],
    ['Large files do not wait for background files', ['bL', 'bL', 'L', 'L'], [2, 3]],
  ])('%s', (_what, kinds, expected) => {
    const all = kinds.map((kind) =>
      queued(kind.endsWith('L') ? 'large' : 'small', kind.startsWith('b')),
    );
    expect(all.flatMap((one, index) => (mayHash(all, one) ? [index] : []))).toEqual(expected);
  });

  it('A file may go on when another is done, when it is awaited now, and when it is removed itself', async () => {
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
