// The part of `bench transfer` that moves one file of 1 GiB, beside curl with nginx and a plain pump.
import { randomFillSync } from 'node:crypto';
import { copyFile, mkdir, open, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { alternate, show, summarise } from '../measure.ts';
import { touchMemory } from '../touch-memory.ts';
import { curl, hasNginxAndCurl, startNginx } from './transfer-nginx.ts';
import { peerlaneClient, peerlaneServer, verifiedClient } from './transfer-peerlane.ts';
import { pumpClient, pumpServer } from './transfer-pump.ts';
import { runOnce, Side } from './transfer-side.ts';

const mebibyte = 1024 ** 2;
const size = 1024 * mebibyte;
const rounds = 7;

type Download = (sync: boolean) => Promise<number>;

/** A file of 1 GiB: this package, unverified and verified, a plain pump, and curl with nginx, each with and without a sync. */
export async function largeFile(folder: string): Promise<void> {
  const source = join(folder, 'large.bin');
  const unhashed = join(folder, 'unhashed.bin');
  await writeLarge(source);
  await copyFile(source, unhashed);
  const downloads: Record<string, Download> = {};
  const server = await Side.start(peerlaneServer, { folder });
  const pump = await Side.start(pumpServer, { source });
  const peaks = { peerlane: 0, verified: 0, pump: 0 };
  let runs = 0;
  const into = join(folder, '.targets');
  await mkdir(into);
  const target = (): string => join(into, `${(runs += 1)}.bin`);
  downloads.peerlane = async (sync) => {
    const input = { address: server.output, filename: 'large.bin', into, sync };
    const { output, peak } = await runOnce(peerlaneClient, input);
    peaks.peerlane = Math.max(peaks.peerlane, peak);
    return output;
  };
  const verified = async (filename: string, sync: boolean): Promise<number> => {
    const input = { addresses: [server.output], filename, into, sync };
    const { output, peak } = await runOnce(verifiedClient, input);
    peaks.verified = Math.max(peaks.verified, peak);
    return output;
  };
  downloads.verified = (sync) => verified('large.bin', sync);
  downloads['verified, cold'] = async (sync) => {
    // A file with new times has to be hashed anew; a file that was just written to needs a moment to come to rest.
    await utimes(unhashed, new Date(), new Date());
    await delay(3000);
    return verified('unhashed.bin', sync);
  };
  downloads.pump = async (sync) => {
    const input = { port: pump.output, target: target(), size, sync };
    const { output, peak } = await runOnce(pumpClient, input);
    peaks.pump = Math.max(peaks.pump, peak);
    return output;
  };
  const nginx = hasNginxAndCurl() ? await startNginx(join(folder, '.nginx'), folder) : undefined;
  if (nginx)
    downloads['nginx + curl'] = (sync) =>
      curl(`http://127.0.0.1:${nginx.port}/large.bin`, target(), sync);
  else process.stdout.write('nginx or curl is not installed: not compared with them\n');
  try {
    for (const sync of [false, true]) await contest(downloads, sync);
  } finally {
    await nginx?.stop();
    const mebibytes = (client: number, side: number): string =>
      `client ${client.toFixed(0)}, server ${side.toFixed(0)} MiB resident at most\n`;
    process.stdout.write(`\npeerlane: ${mebibytes(peaks.peerlane, await server.end())}`);
    process.stdout.write(`verified: client ${peaks.verified.toFixed(0)} MiB resident at most\n`);
    process.stdout.write(`pump: ${mebibytes(peaks.pump, await pump.end())}`);
  }
}

/** The memory of both sides for files of 64 MiB and of 4 GiB, in processes that moved nothing else. */
export async function memory(folder: string): Promise<void> {
  process.stdout.write('\nresident memory at most, both sides in processes of their own\n');
  for (const length of [64, 4096]) {
    const filename = `${length}.bin`;
    await writeFile(join(folder, filename), '');
    await truncate(join(folder, filename), length * mebibyte);
    const server = await Side.start(peerlaneServer, { folder });
    const into = join(folder, `.into-${length}`);
    await mkdir(into);
    const input = { address: server.output, filename, into, sync: true };
    const { peak } = await runOnce(peerlaneClient, input);
    const side = await server.end();
    process.stdout.write(
      `${`${length} MiB`.padEnd(16)}client ${peak.toFixed(0)}, server ${side.toFixed(0)} MiB\n`,
    );
  }
}

async function contest(
  downloads: Readonly<Record<string, Download>>,
  sync: boolean,
): Promise<void> {
  const entries = Object.entries(downloads);
  const contestants = Object.fromEntries(
    entries.map(([name, download]) => [
      name,
      async () => {
        await runOnce(touchMemory, {});
        return download(sync);
      },
    ]),
  );
  const figures = await alternate(contestants, rounds);
  process.stdout.write(`\n1 GiB over loopback, ${sync ? 'synced' : 'not synced'}\n`);
  for (const [name, seconds] of Object.entries(figures)) {
    const summary = summarise(seconds);
    const rate = (1024 / summary.median).toFixed(0);
    process.stdout.write(`${name.padEnd(16)}${show(summary, 's')}, ${rate} MiB/s\n`);
  }
  for (const [ours, others] of [
    ['peerlane', ['pump', 'nginx + curl']],
    ['verified', ['peerlane', 'nginx + curl']],
    ['verified, cold', ['peerlane', 'nginx + curl']],
  ] as const) {
    for (const name of others) {
      const ratios = figures[name]?.map((other, round) => other / figures[ours]![round]!);
      if (!ratios) continue;
      process.stdout.write(
        `${ours} moves ${show(summarise(ratios), `times what ${name} moves`)}\n`,
      );
    }
  }
}

/** Writes a file of 1 GiB of random bytes. */
export async function writeLarge(path: string): Promise<void> {
  const handle = await open(path, 'w');
  const piece = Buffer.alloc(mebibyte);
  for (let written = 0; written < size; written += mebibyte)
    await handle.write(randomFillSync(piece));
  await handle.sync();
  await handle.close();
}
