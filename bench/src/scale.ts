// `bench scale`: traffic and CPU per node, by the size of the cluster, in virtual time.
import { startUdpNode } from '@peerlane/udp-node';
import { ManualClock, MemoryNetwork, seededBits, seededRandom } from '@peerlane/udp-node/testing';

const period = 20_000;
const sizes = [10, 25, 50, 100, 250];

/** Prints the cost of a period for each node, by the number of nodes: on a network in memory, in virtual time. */
export async function run(): Promise<void> {
  process.stdout.write('nodes  bytes sent  datagrams sent  of 1 Gbit/s   faster than real time\n');
  for (const size of sizes) process.stdout.write(`${await measure(size)}\n`);
}

async function measure(size: number): Promise<string> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock, { jitter: 20 });
  const random = seededBits(seededRandom(size));
  const hub = '127.0.0.1:1378';
  for (let n = 0; n < size; n += 1) {
    const address = { host: `127.0.${n >> 8}.${(n & 255) + 1}`, port: 1378 };
    await startUdpNode({
      transport: network.open(address),
      clock,
      random,
      tcpPort: 1,
      hasFile: () => false,
      members: n === 0 ? [] : [hub],
    });
    await clock.advance(1);
  }
  await clock.advance(2 * period);
  let bytes = 0;
  let datagrams = 0;
  network.watch((datagram) => {
    bytes += datagram.bytes.length;
    datagrams += 1;
  });
  const start = performance.now();
  await clock.advance(period);
  const speed = period / (performance.now() - start);
  // All nodes of one network share its wire.
  const share = ((bytes * 8) / (period / 1000) / 1e9) * 100;
  return [
    String(size).padStart(5),
    Math.round(bytes / size)
      .toLocaleString('en')
      .padStart(10),
    Math.round(datagrams / size)
      .toLocaleString('en')
      .padStart(14),
    `${share.toFixed(2)} %`.padStart(12),
    `${speed.toFixed(1)} times`.padStart(22),
  ].join('  ');
}
