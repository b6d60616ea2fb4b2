// The part of `bench transfer` that moves one file of 1 GiB sealed, beside open, and beside curl from nginx by TLS.
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { alternate, show, summarise, withProgress } from '../measure.ts';
import { touchMemory } from '../touch-memory.ts';
import { writeLarge } from './transfer-large.ts';
import { curl, hasNginxAndCurl, startNginx } from './transfer-nginx.ts';
import { peerlaneServer, verifiedClient } from './transfer-peerlane.ts';
import { runOnce, Side } from './transfer-side.ts';

const rounds = 7;
const filename = 'large.bin';

/** A file of 1 GiB, verified and not synced: open, sealed, and by curl from nginx with the same cipher. */
export async function sealedFile(folder: string): Promise<void> {
  await writeLarge(join(folder, filename));
  const into = join(folder, '.targets');
  await mkdir(into);
  const secret = randomBytes(32).toString('hex');
  const servers = {
    open: await Side.start(peerlaneServer, { folder }),
    sealed: await Side.start(peerlaneServer, { folder, secret }),
  };
  const cpu = { open: [] as number[], sealed: [] as number[] };
  const get = async (how: 'open' | 'sealed'): Promise<number> => {
    const addresses = [servers[how].output];
    const input = { addresses, filename, into, sync: false, ...(how === 'sealed' && { secret }) };
    const run = await runOnce(verifiedClient, input);
    cpu[how].push(run.cpu);
    return run.output;
  };
  const nginx = hasNginxAndCurl()
    ? await startNginx(join(folder, '.nginx'), folder, { tls: true })
    : undefined;
  if (!nginx) process.stdout.write('nginx or curl is not installed: not compared with them\n');
  const fresh = (run: () => Promise<number>) => async (): Promise<number> => {
    await runOnce(touchMemory, {});
    return run();
  };
  const contestants = {
    open: fresh(() => get('open')),
    sealed: fresh(() => get('sealed')),
    ...(nginx && {
      'nginx + curl': fresh(() =>
        curl(`https://127.0.0.1:${nginx.port}/${filename}`, join(into, 'curl.bin'), false),
      ),
    }),
  };
  try {
    const state = (): string => `sealed: ${cpu.sealed.length} of ${rounds} rounds`;
    // The servers hash the file when it is first asked for: that is no part of any round.
    const figures = await withProgress(state, async () => {
      await get('open');
      await get('sealed');
      cpu.open = [];
      cpu.sealed = [];
      return alternate<string>(contestants, rounds);
    });
    process.stdout.write('\n1 GiB over loopback, verified, not synced, open and sealed\n');
    for (const [name, seconds] of Object.entries(figures)) {
      const summary = summarise(seconds);
      const rate = (1024 / summary.median).toFixed(0);
      process.stdout.write(`${name.padEnd(16)}${show(summary, 's')}, ${rate} MiB/s\n`);
    }
    for (const name of ['open', 'nginx + curl']) {
      const ratios = figures[name]?.map((other, round) => other / figures.sealed![round]!);
      if (!ratios) continue;
      process.stdout.write(`sealed moves ${show(summarise(ratios), `times what ${name} moves`)}\n`);
    }
    for (const how of ['open', 'sealed'] as const) {
      const server = (await servers[how].usage()).cpu / (rounds + 1);
      const client = show(summarise(cpu[how]), 's');
      process.stdout.write(
        `${how}: client ${client}, server ${server.toFixed(2)} s of processor time for each file\n`,
      );
    }
  } finally {
    await nginx?.stop();
  }
}
