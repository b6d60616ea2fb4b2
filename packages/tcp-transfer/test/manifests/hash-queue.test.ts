import { describe, expect, it } from 'vitest';
import { HashTurns, mayGo } from '../../src/manifests/hash-queue.ts';

const taker = (kind: 'small' | 'large', background = false) => ({
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
      taker(kind.endsWith('L') ? 'large' : 'small', kind.startsWith('b')),
    );
    expect(all.flatMap((one, index) => (mayGo(all, one) ? [index] : []))).toEqual(expected);
  });

  it('come when another file is done, when one is awaited now, and when it is removed itself', async () => {
    const turns = new HashTurns();
    const [first, second, third] = [taker('large'), taker('large'), taker('large')];
    const background = taker('small', true);
    const late = taker('small', true);
    for (const one of [first, second, third, background, late]) turns.add(one);
    const gone: string[] = [];
    const waiting = [
      turns.wait(third).then(() => gone.push('third')),
      turns.wait(background).then(() => gone.push('background')),
      turns.wait(late).then(() => gone.push('late')),
    ];
    await turns.wait(first);
    turns.remove(late);
    await waiting[2];
    expect(gone).toEqual(['late']);
    turns.remove(second);
    await waiting[0];
    expect(gone).toEqual(['late', 'third']);
    background.background = false;
    turns.changed();
    await Promise.all(waiting);
  });
});
