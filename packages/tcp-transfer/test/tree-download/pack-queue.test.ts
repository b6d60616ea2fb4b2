// Which source is asked for which small file: properties over random sources, without I/O.
import { expect, it } from 'vitest';
import type { TreeFile } from '@peerlane/protocol';
import { PackQueue, type WantedFile } from '../../src/tree-download/pack-queue.ts';
import { pathBytesFor } from '../../src/tree-download/receive-pack.ts';
import { Random } from '../support/random.ts';

const file = (name: string, size = 10): TreeFile => ({
  ...{ path: [name], kind: 'file', size, mtime: 0 },
  digest: '0'.repeat(64),
});
const files = (count: number, size?: number): TreeFile[] =>
  Array.from({ length: count }, (_, index) => file(`f${index}`, size));
const limits = { bytes: 100, pathBytes: 8000 };

function queue(absent: [string, string][] = []): PackQueue {
  return new PackQueue({
    onAbsent: ({ path }, absence) => absent.push([path[0]!, absence]),
  });
}

const namesOf = (wanted: readonly WantedFile[]): string[] =>
  wanted.map(({ entry }) => entry.path[0]!);

it('A pack has as many files as fit, and one in any case', () => {
  const packs = queue();
  packs.join('a', true);
  packs.add([file('x', 1000), ...files(15)]);
  expect(namesOf(packs.take('a', limits))).toEqual(['x']);
  expect(packs.take('a', limits)).toHaveLength(10);
  expect(packs.take('a', limits)).toHaveLength(5);
});

it('The paths of a pack fit into the line of a request', () => {
  const packs = queue();
  packs.join('a', true);
  packs.add(Array.from({ length: 300 }, (_, index) => file(`${'é"'.repeat(20)}${index}`, 0)));
  const wanted = packs.take('a', { bytes: 1e6, pathBytes: pathBytesFor('photos') });
  const entries = wanted.map(({ entry }) => entry.path);
  const line = JSON.stringify({ v: 2, want: 'pack', filename: 'photos', entries });
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(8192);
  expect(Buffer.byteLength(line)).toBeGreaterThan(8000);
});

it('At the end a second source is asked for what the first has not sent, but not that one again', () => {
  const packs = queue();
  packs.join('slow', true);
  packs.join('fast', false);
  packs.add(files(5));
  const slow = packs.take('slow', limits);
  expect(packs.take('fast', limits)).toEqual([]);
  packs.close();
  expect(packs.take('slow', limits)).toEqual([]);
  const fast = packs.take('fast', limits);
  expect(fast).toEqual(slow);
  for (const one of fast) {
    expect(packs.accept(one)).toBe(true);
    packs.done(one);
  }
  expect(packs.isFinished).toBe(true);
  for (const one of slow) expect(packs.accept(one)).toBe(false);
});

it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'Each file is had once or told to be absent, whatever sources do, with the seed %i',
  (seed) => {
    const sequence = new Random(seed);
    const random = (): number => sequence.below(1);
    const absent: [string, string][] = [];
    const packs = queue(absent);
    const sources = ['first', 'b', 'c'];
    for (const source of sources) packs.join(source, source === 'first');
    packs.add(files(200));
    const had = new Map<string, number>();
    const inFlight: { readonly source: string; readonly wanted: readonly WantedFile[] }[] = [];
    let isClosed = false;
    for (let step = 0; !packs.isFinished; step += 1) {
      expect(step).toBeLessThan(10_000);
      if (!isClosed && random() < 0.1) {
        packs.close();
        isClosed = true;
      }
      const source = sources[Math.floor(random() * sources.length)]!;
      const wanted = random() < 0.5 ? packs.take(source, limits) : [];
      if (wanted.length > 0) inFlight.push({ source, wanted });
      const [flight] = inFlight.splice(Math.floor(random() * inFlight.length), 1);
      for (const one of flight?.wanted ?? []) {
        const [name] = namesOf([one]);
        const luck = random();
        // The file f7 is nowhere, and f8 is wrong everywhere.
        if (name === 'f7' || luck < 0.1) packs.giveBack(one, flight!.source, 'gone');
        else if (luck < 0.2) packs.giveBack(one, flight!.source);
        else if (packs.accept(one)) {
          if (name === 'f8') {
            packs.reject(one, flight!.source);
            continue;
          }
          had.set(name!, (had.get(name!) ?? 0) + 1);
          packs.done(one);
        }
      }
    }
    expect(had.size + absent.length).toBe(200);
    expect([...had.values()].every((times) => times === 1)).toBe(true);
    expect(absent.map(([name]) => name)).toContain('f7');
    expect(absent.map(([name]) => name)).toContain('f8');
  },
);

it('Without any source no file is told to be absent', () => {
  const absent: [string, string][] = [];
  const packs = queue(absent);
  packs.join('a', true);
  packs.add(files(1));
  const [one] = packs.take('a', limits);
  packs.giveBack(one!, 'a', 'gone');
  packs.leave('a');
  packs.close();
  expect(absent).toEqual([]);
  expect(packs.size).toBe(1);
});

it('Two sources that send nothing do not keep the last files from one that waits for long', () => {
  const packs = queue();
  const sources = ['a', 'b', 'honest'];
  for (const source of sources) packs.join(source, source === 'a');
  packs.add(files(3));
  packs.close();
  packs.take('a', limits);
  packs.take('b', limits);
  expect(packs.take('honest', limits)).toEqual([]);
  expect(packs.take('b', { ...limits, askers: 3 })).toEqual([]);
  const last = packs.take('honest', { ...limits, askers: 3 });
  expect(last).toHaveLength(3);
  expect(packs.take('honest', { ...limits, askers: 4 })).toEqual([]);
  for (const one of last) {
    expect(packs.accept(one)).toBe(true);
    packs.done(one);
  }
  expect(packs.isFinished).toBe(true);
});
