// The part of `bench core` that merges lists of addresses into clusters.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Cluster } from '@peerlane/cluster';
import {
  decodeMessage,
  encodeMessage,
  splitDiscover,
  type DiscoverMessage,
} from '@peerlane/protocol';
import { show, summarise } from '../measure.ts';

// Rounds until the code is compiled.
const warmUp = 5;
const rounds = 15;

const from = '127.0.0.1:2';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Addresses of loopback that no two calls with other numbers share. */
function addresses(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    return `127.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}:1378`;
  });
}

/** A cluster that is configured with these members, and may list as many more. */
function clusterOf(members: readonly string[]): Cluster {
  const limit = members.length + 200_000;
  let pings = 0;
  return new Cluster({
    self: ['127.0.0.1:1'],
    id: '0'.repeat(16),
    newPing: () => (pings += 1).toString(16).padStart(16, '0'),
    members,
    maxMembers: limit,
    maxNewPerPeer: limit,
  });
}

/** The decoded datagrams of a list of this many addresses. */
function discovers(addresses: readonly string[]): DiscoverMessage[] {
  return splitDiscover(addresses).map(
    (message) => decodeMessage(encodeMessage(message)) as DiscoverMessage,
  );
}

/** Milliseconds that clusters of `known` members take to merge `list`, one after another. */
function merges(known: number, list: readonly string[]): number[] {
  const members = addresses(0x01_00_00, known);
  const messages = discovers(list);
  const clusters = Array.from({ length: warmUp + rounds }, () => clusterOf(members));
  // The garbage of building the clusters is not part of merging.
  collectGarbage();
  const figures = clusters.map((cluster) => {
    const start = performance.now();
    for (const message of messages) cluster.receive({ from, message, size: 1200 }, 1);
    return performance.now() - start;
  });
  return figures.slice(warmUp);
}

function report(what: string, unit: string, figures: readonly number[]): void {
  process.stdout.write(`${what.padEnd(58)}${show(summarise(figures), unit)}\n`);
}

/** Measures how long merging takes, for clusters and lists of several sizes. */
export function run(): void {
  const size = 10_000;
  const [known, fresh] = [addresses(0x01_00_00, size), addresses(0x40_00_00, size)];
  report('merge 10,000 addresses into 10,000, all known', 'ms', merges(size, known));
  report('merge 10,000 addresses into 10,000, all new and greeted', 'ms', merges(size, fresh));
  for (const members of [100, 1000, 10_000, 100_000]) {
    const count = members.toLocaleString('en');
    const everyone = addresses(0x01_00_00, members);
    const some = Array.from({ length: 1000 }, (_, i) => everyone[i % members]!);
    const each = (figures: number[]): number[] => figures.map((ms) => (ms * 1e6) / some.length);
    report(`an address known to a cluster of ${count}`, 'ns', each(merges(members, some)));
    const others = addresses(0x40_00_00, some.length);
    report(`an address new to a cluster of ${count}`, 'ns', each(merges(members, others)));
  }
}
