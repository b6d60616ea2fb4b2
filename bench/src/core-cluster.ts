import { Cluster } from '@peerlane/cluster';
import type { DiscoverMessage } from '@peerlane/protocol';
import { show, summarise } from './measure.ts';

const rounds = 9;

/** Addresses of loopback that no two calls with other numbers share. */
function addresses(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    return `127.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}:1378`;
  });
}

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
  const start = performance.now();
  cluster.receive(received, 1);
  return performance.now() - start;
}

function report(what: string, measure: () => number, unit: string): void {
  measure();
  const figures = Array.from({ length: rounds }, measure);
  process.stdout.write(`${what.padEnd(58)}${show(summarise(figures), unit)}\n`);
}

/** How long merging takes, and how that depends on the size of the cluster. */
export function run(): void {
  const size = 10_000;
  const known = addresses(0x01_00_00, size);
  const fresh = addresses(0x40_00_00, size);
  report('merge 10,000 addresses into 10,000, all known', () => merge(size, known), 'ms');
  report('merge 10,000 addresses into 10,000, all new', () => merge(size, fresh), 'ms');
  for (const members of [100, 1000, 10_000, 100_000]) {
    const perAddress = (): number => (merge(members, addresses(0x40_00_00, 1000)) * 1e6) / 1000;
    report(`an address new to a cluster of ${members.toLocaleString('en')}`, perAddress, 'ns');
  }
}
