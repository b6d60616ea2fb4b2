// The part of `bench transfer` that moves one file of 1 GiB sealed, beside open, and beside curl from nginx by TLS.
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { alternate, show, summarise, withProgress } from '../measure.ts';
import { touchMemory } from '../touch-memory.ts';
import { writeLarge } from './transfer-large.ts';
import { hasNginxAndCurl, startNginx, timed } from './transfer-nginx.ts';
import { cipherAndHash } from './transfer-parts.ts';
import { peerlaneServer, verifiedClient } from './transfer-peerlane.ts';
import { pumpClient, pumpServer } from './transfer-pump.ts';
import { runOnce, Side } from './transfer-side.ts';

const rounds = 7;
const filename = 'large.bin';
const size = 1024 ** 3;
const byCurl = 'nginx + curl';
const byPipe = 'curl | openssl';

/**
 * A file of 1 GiB, verified and not synced: open, sealed, and by curl from nginx with the same cipher,
 * alone and hashed by openssl. Beside it stand the parts that it is made of, each alone.
 */
export async function sealedFile(folder: string): Promise<void> {
  const source = join(folder, filename);
  await writeLarge(source);
  const into = join(folder, '.targets');
  await mkdir(into);
  const secret = randomBytes(32).toString('hex');
  const servers = {
    open: await Side.start(peerlaneServer, { folder }),
    sealed: await Side.start(peerlaneServer, { folder, secret }),
    pump: await Side.start(pumpServer, { source }),
  };
  const nginx = hasNginxAndCurl()
    ? await startNginx(join(folder, '.nginx'), folder, { tls: true })
    : undefined;
  if (!nginx) process.stdout.write('nginx or curl is not installed: not compared with them\n');
  /** The processor time of each client, and of nginx, in seconds. */
  let cpu: Record<string, number[]> = {};
  const note = (name: string, seconds: number): void => {
    (cpu[name] ??= []).push(seconds);
  };
  const get = async (how: 'open' | 'sealed'): Promise<number> => {
    const input = { addresses: [servers[how].output], filename, into, sync: false };
    const run = await runOnce(verifiedClient, how === 'sealed' ? { ...input, secret } : input);
    note(how, run.cpu);
    return run.output;
  };
  const pump = async (): Promise<number> => {
    const input = { port: servers.pump.output, target: join(into, 'pump.bin'), size, sync: false };
    const run = await runOnce(pumpClient, input);
    note('pump', run.cpu);
    const { output } = await runOnce(cipherAndHash, {});
    for (const [part, seconds] of Object.entries(output)) note(`${part} alone`, seconds as number);
    return run.output;
  };
  const curl = (isHashed: boolean) => async (): Promise<number> => {
    const url = `https://127.0.0.1:${nginx!.port}/${filename}`;
    const before = await nginx!.cpu();
    const taken = await timed(url, join(into, 'curl.bin'), isHashed);
    note('nginx', (await nginx!.cpu()) - before);
    note(isHashed ? byPipe : byCurl, taken.cpu);
    return taken.seconds;
  };
  const fresh = (run: () => Promise<number>) => async (): Promise<number> => {
    await runOnce(touchMemory, {});
    return run();
  };
  const contestants = {
    open: fresh(() => get('open')),
    sealed: fresh(() => get('sealed')),
    pump: fresh(pump),
    ...(nginx && { [byCurl]: fresh(curl(false)), [byPipe]: fresh(curl(true)) }),
  };
  try {
    const state = (): string => `sealed: ${cpu.sealed?.length ?? 0} of ${rounds} rounds`;
    // The servers hash the file when it is first asked for: that is no part of any round.
    const figures = await withProgress(state, async () => {
      await get('open');
      await get('sealed');
      cpu = {};
      return alternate<string>(contestants, rounds);
    });
    process.stdout.write('\n1 GiB over loopback, verified, not synced, open and sealed\n');
    for (const [name, seconds] of Object.entries(figures)) {
      const summary = summarise(seconds);
      const rate = (1024 / summary.median).toFixed(0);
      process.stdout.write(`${name.padEnd(16)}${show(summary, 's')}, ${rate} MiB/s\n`);
    }
    for (const name of ['open', byCurl, byPipe]) {
      const ratios = figures[name]?.map((other, round) => other / figures.sealed![round]!);
      if (!ratios) continue;
      process.stdout.write(`sealed moves ${show(summarise(ratios), `times what ${name} moves`)}\n`);
    }
    process.stdout.write('\nprocessor time for each GiB, in seconds\n');
    const lines = Object.entries(cpu).map(([name, used]) => [name, show(summarise(used), '')]);
    for (const how of ['open', 'sealed', 'pump'] as const) {
      const times = how === 'pump' ? rounds : rounds + 1;
      lines.push([`${how}, server`, ((await servers[how].usage()).cpu / times).toFixed(2)]);
    }
    for (const [name, used] of lines) process.stdout.write(`${name!.padEnd(16)}${used!}\n`);
  } finally {
    await nginx?.stop();
  }
}
