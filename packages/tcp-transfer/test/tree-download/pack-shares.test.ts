// How long a folder of small files takes from several sources, in virtual time.
import { expect, it } from 'vitest';
import type { TreeFile } from '@peerlane/protocol';
import { PackSize, packConnections } from '../../src/swarm/request-size.ts';
import { PackQueue, type WantedFile } from '../../src/tree-download/pack-queue.ts';

const kibibyte = 1024;

/** Mixed sizes, 40 MiB of them. */
const sizes = Array.from({ length: 400 }, (_, index) => [4, 20, 120, 260][index % 4]! * kibibyte);

interface Lane {
  readonly source: { readonly rate: number; readonly size: PackSize; asked: number };
  pack: readonly WantedFile[];
  begun: number;
  left: number;
}

const latency = 5;

/** The time until all files have come, in milliseconds, and how much was asked for, from sources of some rates. */
function fetchAll(rates: readonly number[]): { readonly time: number; readonly sent: number } {
  const queue = new PackQueue({ onAbsent: () => undefined });
  queue.add(
    sizes.map((size, index): TreeFile => {
      const path = [`f${index}`];
      return { path, kind: 'file', size, mtime: 0, digest: '0'.repeat(64) };
    }),
  );
  queue.close();
  const sources = rates.map((rate) => ({ rate, size: new PackSize(), asked: 0 }));
  for (const [index, source] of sources.entries()) queue.join(source, index === 0);
  const lanes = sources.flatMap((source) =>
    Array.from({ length: packConnections }, (): Lane => ({ source, pack: [], begun: 0, left: 0 })),
  );
  let sent = 0;
  for (let now = 0; ; now += 1) {
    for (const lane of lanes) {
      const { source } = lane;
      if (lane.pack.length > 0 && lane.left <= 0) {
        source.size.record(bytesOf(lane.pack), now - lane.begun);
        for (const file of lane.pack) if (queue.accept(file)) queue.done(file);
        Object.assign(lane, { pack: [] });
        source.asked -= 1;
      }
      if (lane.pack.length > 0) continue;
      const limits = { bytes: source.size.bytes, pathBytes: 8000 };
      const pack = queue.take(source, { ...limits, askers: source.asked > 0 ? 1 : 2 });
      if (pack.length === 0) continue;
      Object.assign(lane, { pack, begun: now, left: bytesOf(pack) + latency * source.rate });
      source.asked += 1;
      sent += bytesOf(pack);
    }
    if (queue.isFinished) return { time: now, sent };
    for (const lane of lanes) {
      const busy = lanes.filter(({ source, left }) => source === lane.source && left > 0).length;
      if (lane.left <= 0) continue;
      const most = Math.min(lane.left, lane.source.rate / busy);
      lane.left -= most;
    }
  }
}

function bytesOf(files: readonly WantedFile[]): number {
  return files.reduce((sum, { entry }) => sum + entry.size, 0);
}

// In bytes per millisecond: 100 Mbit/s.
const fast = 12_500;

it('Three sources that are alike need hardly more than a third of the time of one', () => {
  expect(fetchAll([fast]).time / fetchAll([fast, fast, fast]).time).toBeGreaterThan(2.8);
});

it('A source of a tenth of the rate does not hold two others up: with it they need less time', () => {
  const two = fetchAll([fast, fast]).time;
  expect(fetchAll([fast, fast, fast / 10]).time / two).toBeLessThan(1);
});

it('What is asked for twice in the end is little', () => {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(fetchAll([fast, fast / 3, fast / 10]).sent / total).toBeLessThan(1.02);
});
