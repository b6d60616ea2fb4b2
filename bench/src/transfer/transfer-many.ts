// The part of `bench transfer` that moves many files, and many files at once.
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { show, summarise } from '../measure.ts';
import { crowdClient, namesOf, peerlaneServer, smallFilesClient } from './transfer-peerlane.ts';
import { runOnce, Side } from './transfer-side.ts';

const rounds = 3;

/** 10,000 files of 4 KiB, each synced and linked, on 8 connections at a time. */
export async function smallFiles(folder: string): Promise<void> {
  const [count, atOnce] = [10_000, 8];
  const from = join(folder, 'small');
  await makeFiles(from, count, 4096);
  const server = await Side.start(peerlaneServer, { folder: from });
  const rates: number[] = [];
  let peak = 0;
  for (let round = 0; round < rounds; round += 1) {
    const into = join(folder, `.small-${round}`);
    const input = { address: server.output, count, into, atOnce };
    const run = await runOnce(smallFilesClient, input);
    rates.push(count / run.output);
    peak = Math.max(peak, run.peak);
  }
  process.stdout.write(`\n${count} files of 4 KiB, each synced and linked, ${atOnce} at a time\n`);
  process.stdout.write(`${show(summarise(rates), 'files/s', 0)}\n`);
  process.stdout.write(
    `client ${peak.toFixed(0)}, server ${(await server.end()).toFixed(0)} MiB resident at most\n`,
  );
}

/** 200 downloads of 8 MiB at once. */
export async function crowd(folder: string): Promise<void> {
  const [count, size] = [200, 8 * 1024 ** 2];
  const from = join(folder, 'crowd');
  await makeFiles(from, count, size);
  const server = await Side.start(peerlaneServer, {
    folder: from,
    connections: count,
  });
  process.stdout.write(`\n${count} downloads of 8 MiB at once\n`);
  for (let round = 0; round < rounds; round += 1) {
    const into = join(folder, `.crowd-${round}`);
    const { output, peak } = await runOnce(crowdClient, {
      address: server.output,
      count,
      from,
      into,
    });
    const { seconds, exact, first, last, silence } = output;
    process.stdout.write(
      `${exact} exact in ${seconds.toFixed(2)} s: the first done after ${first.toFixed(2)}, the last after ${last.toFixed(2)}, none without a byte for over ${silence.toFixed(2)} s; client ${peak.toFixed(0)} MiB\n`,
    );
  }
  process.stdout.write(`server ${(await server.end()).toFixed(0)} MiB resident at most\n`);
}

async function makeFiles(folder: string, count: number, size: number): Promise<void> {
  await mkdir(folder);
  for (const name of namesOf(count)) await writeFile(join(folder, name), randomBytes(size));
}
