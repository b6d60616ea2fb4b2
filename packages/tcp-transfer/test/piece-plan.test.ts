import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PiecePlan } from '../src/piece-plan.ts';

describe('the plan of a download from several sources', () => {
  it('gives each source a run of its own', () => {
    const plan = new PiecePlan<string>(100, 8);
    expect(plan.next('a')).toMatchObject({ first: 0, count: 8 });
    expect(plan.next('b')).toMatchObject({ first: 8, count: 8 });
    expect(plan.next('a')).toMatchObject({ first: 16, count: 8 });
  });

  it('makes runs shorter towards the end', () => {
    const plan = new PiecePlan<string>(16, 8);
    plan.next('a');
    expect(plan.next('b')).toMatchObject({ first: 4, count: 2 });
  });

  it('leaves out what is there already', () => {
    const plan = new PiecePlan<string>(6, 8, new Set([0, 2, 3, 5]));
    expect(plan.missing).toBe(2);
    expect(plan.next('a')).toMatchObject({ first: 1, count: 1 });
    expect(plan.next('a')).toMatchObject({ first: 4, count: 1 });
  });

  it('asks in the end a second source for what a first is slow with, and no third', () => {
    const plan = new PiecePlan<string>(1, 8);
    expect(plan.next('slow')).toEqual({ first: 0, count: 1, again: false });
    expect(plan.next('slow')).toBeUndefined();
    expect(plan.next('fast')).toEqual({ first: 0, count: 1, again: true });
    expect(plan.next('third')).toBeUndefined();
    plan.done(0);
    expect(plan.wants(0)).toBe(false);
    plan.done(0);
    expect(plan.missing).toBe(0);
  });

  it('gives others what a source gave up, earliest first', () => {
    const plan = new PiecePlan<string>(8, 2);
    plan.next('a');
    plan.next('b');
    plan.giveUp('a');
    expect(plan.next('b')).toMatchObject({ first: 0, count: 2 });
  });

  it('comes to an end whatever happens, as long as somebody goes on', () => {
    const event = fc.record({ source: fc.nat(4), fails: fc.boolean(), take: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 9 }),
        fc.array(event),
        (count, max, events) => {
          const plan = new PiecePlan<number>(count, max);
          const busy = new Map<number, number[]>();
          const there = new Set<number>();
          const step = (source: number, fails: boolean, take: number): void => {
            const pieces = busy.get(source) ?? [];
            if (fails) {
              plan.giveUp(source);
              busy.delete(source);
              return;
            }
            for (const piece of pieces.splice(0, take)) {
              // Whoever is slower finds that its piece is of no use any more.
              expect(plan.wants(piece)).toBe(!there.has(piece));
              plan.done(piece);
              there.add(piece);
            }
            if (pieces.length === 0) {
              const run = plan.next(source);
              const next = run ? Array.from({ length: run.count }, (_, i) => run.first + i) : [];
              for (const piece of next) expect(there.has(piece)).toBe(false);
              busy.set(source, next);
            }
            expect(plan.missing).toBe(count - there.size);
          };
          for (const { source, fails, take } of events) step(source, fails, take);
          // All others are gone: the last one does what is left.
          for (const source of [0, 1, 2, 3]) step(source, true, 0);
          for (let round = 0; round <= 2 * count + 2; round += 1) step(4, false, 9);
          expect(plan.missing).toBe(0);
        },
      ),
    );
  });
});
