// The pieces that each source fetches, and the endgame.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PiecePicker } from '../../src/swarm/piece-picker.ts';

describe('the pieces of a download from several sources', () => {
  it('Each source gets a run of its own', () => {
    const plan = new PiecePicker<string>(100);
    expect(plan.next('a', 8)).toMatchObject({ first: 0, count: 8 });
    expect(plan.next('b', 8)).toMatchObject({ first: 8, count: 8 });
    expect(plan.next('a', 8)).toMatchObject({ first: 16, count: 8 });
  });

  it('A single source gets as much as it asks for', () => {
    const plan = new PiecePicker<string>(16);
    expect(plan.next('a', 100)).toMatchObject({ first: 0, count: 16 });
  });

  it('Runs get shorter towards the end if there are several sources', () => {
    const plan = new PiecePicker<string>(16);
    plan.next('a', 8);
    expect(plan.next('b', 8)).toMatchObject({ first: 8, count: 1 });
  });

  it('No piece is open if all may be here already', () => {
    const plan = new PiecePicker<string>(6, true);
    expect(plan.next('a', 8)).toBeUndefined();
    for (const piece of [0, 2, 3, 5]) plan.done(piece);
    for (const piece of [4, 1]) plan.reopen(piece);
    expect(plan.missing).toBe(2);
    expect(plan.next('a', 8)).toMatchObject({ first: 1, count: 1 });
    expect(plan.next('a', 8)).toMatchObject({ first: 4, count: 1 });
  });

  it('In the endgame a second source gets the piece of a slow one, and no third', () => {
    const plan = new PiecePicker<string>(1);
    expect(plan.next('slow', 8)).toEqual({ first: 0, count: 1, again: false });
    expect(plan.next('slow', 8)).toBeUndefined();
    expect(plan.next('fast', 8)).toEqual({ first: 0, count: 1, again: true });
    expect(plan.next('third', 8)).toBeUndefined();
    plan.hold(0);
    expect(plan.wants(0, 'fast')).toBe(false);
    expect(plan.missing).toBe(1);
    plan.done(0);
    plan.done(0);
    expect(plan.missing).toBe(0);
  });

  it('A piece that is being verified is given to no source', () => {
    const plan = new PiecePicker<string>(1);
    plan.next('a', 1);
    plan.hold(0);
    expect(plan.next('b', 1)).toBeUndefined();
    plan.reopen(0);
    expect(plan.next('b', 1)).toEqual({ first: 0, count: 1, again: false });
  });

  it('Other sources get what a source gave up, earliest first', () => {
    const plan = new PiecePicker<string>(8);
    plan.next('a', 2);
    plan.next('b', 1);
    plan.giveUp('a');
    expect(plan.next('b', 2)).toMatchObject({ first: 0, count: 2 });
  });

  it('No two sources write to the same place', () => {
    const plan = new PiecePicker<string>(1);
    plan.next('a', 1);
    expect(plan.next('b', 1)).toMatchObject({ again: true });
    plan.giveUp('a');
    expect(plan.next('c', 1)).toEqual({ first: 0, count: 1, again: false });
    expect(plan.next('d', 1)).toBeUndefined();
    plan.giveUp('b');
    expect(plan.next('d', 1)).toMatchObject({ again: true });
  });

  it('A slower source is not wanted any more, also if the piece is fetched again', () => {
    const plan = new PiecePicker<string>(1);
    plan.next('slow', 1);
    plan.next('wrong', 1);
    plan.hold(0);
    plan.reopen(0);
    expect(plan.next('right', 1)).toMatchObject({ again: false });
    expect(['slow', 'wrong', 'right'].map((one) => plan.wants(0, one))).toEqual([
      ...[false, false, true],
    ]);
  });

  it('A download is completed whatever happens, as long as one source goes on', () => {
    const event = fc.record({ source: fc.nat(4), fails: fc.boolean(), take: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 9 }),
        fc.array(event),
        (count, most, events) => {
          const plan = new PiecePicker<number>(count);
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
              expect(plan.wants(piece, source)).toBe(!there.has(piece));
              plan.hold(piece);
              plan.done(piece);
              there.add(piece);
            }
            if (pieces.length === 0) {
              const run = plan.next(source, most);
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

describe('the pieces of a download whose peers get them from each other', () => {
  it('A source gives only pieces that it has, and in the endgame none before the last is open', () => {
    const plan = new PiecePicker<string>(8);
    plan.next('whole', 4, undefined, { start: 0 });
    const has = (piece: number): boolean => piece === 1 || piece === 6;
    expect(plan.next('part', 8, undefined, { has, start: 0 })).toMatchObject({
      first: 6,
      count: 1,
    });
    expect(plan.next('part', 8, undefined, { has, start: 0 })).toBeUndefined();
    for (let run = plan.next('whole', 8); run && !run.again;) run = plan.next('whole', 8);
    expect(plan.next('part', 8, undefined, { has, start: 0 })).toMatchObject({
      first: 1,
      again: true,
    });
  });

  it('A source that has all gives first what no other has, then the rest', () => {
    const plan = new PiecePicker<string>(4);
    const choice = { prefers: (piece: number) => piece === 2, start: 0 };
    expect(plan.next('whole', 4, undefined, choice)).toMatchObject({ first: 2, count: 1 });
    expect(plan.next('whole', 4, undefined, choice)).toMatchObject({ first: 0, count: 2 });
    expect(plan.next('whole', 4, undefined, choice)).toMatchObject({ first: 3, count: 1 });
  });

  it('Every piece is given once, wherever sources begin and whichever pieces they have', () => {
    const sources = fc.array(fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), {
      minLength: 1,
      maxLength: 4,
    });
    const turns = fc.array(fc.tuple(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true })), {
      minLength: 300,
      maxLength: 300,
    });
    fc.assert(
      fc.property(sources, turns, (parts, order) => {
        const plan = new PiecePicker<number>(24);
        const given: number[] = [];
        for (const [turn, start] of order) {
          const source = turn % (parts.length + 1);
          const part = parts[source];
          const has = part && ((piece: number): boolean => part[piece]!);
          const run = plan.next(source, 1 + (turn % 5), undefined, { has, start });
          if (!run || run.again) continue;
          for (let piece = run.first; piece < run.first + run.count; piece += 1) {
            expect(part?.[piece] ?? true).toBe(true);
            given.push(piece);
            plan.hold(piece);
            plan.done(piece);
          }
        }
        expect(given.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i));
        expect(plan.missing).toBe(0);
      }),
    );
  });
});
