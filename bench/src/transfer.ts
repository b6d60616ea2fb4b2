import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { downloadFile, SharedFolder, startFileServer } from '@peerlane/tcp-transfer';
import { alternate, show, summarise } from './measure.ts';

const size = 1024 ** 3;
const rounds = 5;

/** Moves a file of 1 GiB over loopback: this package, and a plain `node:net` pump beside it. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'peerlane-bench-'));
  try {
    const source = join(folder, 'large.bin');
    const handle = await open(source, 'w');
    await handle.truncate(size);
    await handle.close();
    const figures = await alternate(
      { peerlane: () => peerlane(folder), pump: () => pump(source) },
      rounds,
    );
    for (const [name, seconds] of Object.entries(figures)) {
      process.stdout.write(`${name.padEnd(10)}${show(summarise(seconds), 's')}\n`);
    }
    const ratios = figures.peerlane.map((seconds, round) => figures.pump[round]! / seconds);
    process.stdout.write(`peerlane moves ${show(summarise(ratios), 'of what the pump moves')}\n`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function peerlane(folder: string): Promise<number> {
  const into = await mkdtemp(join(folder, '.into-'));
  await using server = await startFileServer({ folder: await SharedFolder.open(folder) });
  const start = performance.now();
  await downloadFile({ address: server.address, filename: 'large.bin', into });
  const seconds = (performance.now() - start) / 1000;
  await rm(into, { recursive: true });
  return seconds;
}

/** The plainest way to do it in Node: a file piped into a socket, a socket piped into a file, synced. */
async function pump(source: string): Promise<number> {
  const target = `${source}.copy`;
  const server = createServer((socket) => {
    void open(source).then((handle) =>
      pipeline(handle.createReadStream({ highWaterMark: 2 ** 20 }), socket),
    );
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const start = performance.now();
  await pipeline(
    createConnection((server.address() as AddressInfo).port, '127.0.0.1'),
    createWriteStream(target, { flush: true }),
  );
  const seconds = (performance.now() - start) / 1000;
  server.close();
  await rm(target);
  return seconds;
}
