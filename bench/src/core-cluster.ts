import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Cluster } from '@peerlane/cluster';
import type { DiscoverMessage } from '@peerlane/protocol';
import { show, summarise } from './measure.ts';

const rounds = 15;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Addresses of loopback that no two calls with other numbers share. */
function addresses(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    return `127.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}:1378`;
  });
}

/** A cluster that was given these members and has room for as many more. */
function clusterOf(members: readonly string[]): Cluster {
  const limit = members.length + 200_000;
  let pings = 0;
  return new Cluster({
    self: ['127.0.0.1:1'],
    id: '0'.repeat(16),
    newPing: () => (pings += 1).toString(16).padStart(16, '0'),
    members,
    maxMembers: limit,
    maxTold: limit,
  });
}

/** Milliseconds that a cluster of `known` members takes to merge `list`. */
function merge(known: number, list: readonly string[]): number {
  const cluster = clusterOf(addresses(0x01_00_00, known));
  const message: DiscoverMessage = { type: 'discover', addresses: list };
  const received = { from: '127.0.0.1:2', message, size: 1200 };
  // What building the cluster has left behind is not part of merging.
  collectGarbage();
  const start = performance.now();
  cluster.receive(received, 1);
  return performance.now() - start;
}

function report(what: string, unit: string, measure: () => number): void {
  // Until the code is compiled.
  for (let i = 0; i < 5; i += 1) measure();
  const figures = Array.from({ length: rounds }, measure);
  process.stdout.write(`${what.padEnd(58)}${show(summarise(figures), unit)}\n`);
}

/** How long merging takes, and how that depends on the size of the cluster and of the list. */
export function run(): void {
  const size = 10_000;
  report('merge 10,000 addresses into 10,000, all known', 'ms', () =>
    merge(size, addresses(0x01_00_00, size)),
  );
  report('merge 10,000 addresses into 10,000, all new and greeted', 'ms', () =>
    merge(size, addresses(0x40_00_00, size)),
  );
  for (const members of [100, 1000, 10_000, 100_000]) {
    const count = members.toLocaleString('en');
    report(`an address known to a cluster of ${count}`, 'ns', () => {
      const known = addresses(0x01_00_00, members);
      const list = Array.from({ length: 1000 }, (_, i) => known[i % members]!);
      return (merge(members, list) * 1e6) / list.length;
    });
    report(`an address new to a cluster of ${count}`, 'ns', () => {
      const list = addresses(0x40_00_00, 1000);
      return (merge(members, list) * 1e6) / list.length;
    });
  }
}
