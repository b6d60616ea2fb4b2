// The part of `bench transfer` that downloads 1 GiB by whole programs: `p2p get` beside curl, rsync and aria2c.
import { spawnSync } from 'node:child_process';
import { access, copyFile, mkdir, mkdtemp, rm, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { alternate, show, summarise, withProgress } from '../../measure.ts';
import { touchMemory } from '../../touch-memory.ts';
import { writeLarge } from '../transfer-large.ts';
import { hasNginxAndCurl, startNginx } from '../transfer-nginx.ts';
import { runOnce } from '../transfer-side.ts';
import { cold, contestants, isInstalled, warm, type Contestant } from './contestants.ts';
import { environmentIn, startHolder, startRsync } from './servers.ts';
import { measured, type Used } from './used.ts';

const rounds = 5;

/** Where files are in memory, on Linux. */
const memoryFolder = '/dev/shm';

/** The magic number of a file system in memory. */
const tmpfs = 0x01021994;

/** Whole commands that download 1 GiB: from memory to memory, and on the disk of a folder, each synced. */
export async function wholeCommands(folder: string): Promise<void> {
  for (const program of ['nginx', 'curl', 'openssl', 'aria2c', 'rsync'])
    if (!isInstalled(program)) process.stdout.write(`${program} is not installed: left out\n`);
  const hasMemory = await access(memoryFolder).then(
    () => true,
    () => false,
  );
  if (hasMemory) {
    const inMemory = await mkdtemp(join(memoryFolder, 'peerlane-bench-'));
    try {
      await compareIn(inMemory, false);
    } finally {
      await rm(inMemory, { recursive: true });
    }
  }
  const isDisk = (await statfs(folder)).type !== tmpfs;
  if (isDisk) await compareIn(folder, true);
  else process.stdout.write('the temporary folder is in memory: not compared on disk (TMPDIR)\n');
}

async function compareIn(folder: string, sync: boolean): Promise<void> {
  const [from, into] = [join(folder, 'from'), join(folder, 'into')];
  for (const path of [from, into]) await mkdir(path);
  await writeLarge(join(from, warm));
  await copyFile(join(from, warm), join(from, cold));
  const env = environmentIn(folder);
  const holder = await startHolder(from, env);
  const rsync = isInstalled('rsync') ? await startRsync(join(folder, '.rsync'), from) : undefined;
  const nginx = hasNginxAndCurl() ? await startNginx(join(folder, '.nginx'), from) : undefined;
  try {
    const commands = contestants(
      { holder, ...(rsync && { rsync }), ...(nginx && { nginx }) },
      sync,
    );
    const figures: Record<string, Used[]> = {};
    const target = join(into, 'target.bin');
    const run = async (name: string, { line, server, filename }: Contestant): Promise<number> => {
      if (filename === cold) {
        // A file with new times has to be hashed anew, and needs a moment to come to rest.
        await utimes(join(from, cold), new Date(), new Date());
        await delay(3000);
      }
      await runOnce(touchMemory, {});
      const used = await measured(line, [target], server, env);
      await rm(target);
      (figures[name] ??= []).push(used);
      return used.seconds;
    };
    const runs = Object.fromEntries(
      Object.entries(commands).map(([name, command]) => [name, () => run(name, command)]),
    );
    const state = (): string => {
      const done = Object.values(figures).reduce((sum, each) => sum + each.length, 0);
      return `${sync ? 'on disk' : 'in memory'}: ${done} of ${rounds * Object.keys(runs).length} runs`;
    };
    await withProgress(state, async () => {
      // The digests of the holder are known from here on, and each result is compared once.
      for (const [name, { line, server }] of Object.entries(commands)) {
        await measured(line, [target], server, env);
        const { status } = spawnSync('cmp', [join(from, warm), target]);
        if (status !== 0) throw new Error(`${name} brought another file`);
        await rm(target);
      }
      await alternate(runs, rounds);
    });
    report(figures, sync);
  } finally {
    for (const server of [nginx, rsync, holder]) await server?.stop();
  }
}

function report(figures: Readonly<Record<string, readonly Used[]>>, sync: boolean): void {
  const of = (used: readonly Used[], figure: keyof Used): string =>
    show(summarise(used.map((each) => each[figure])), 's');
  const most = (used: readonly Used[], figure: keyof Used): string =>
    Math.max(...used.map((each) => each[figure])).toFixed(0);
  process.stdout.write(
    `\n1 GiB by whole commands, ${sync ? 'on disk, synced' : 'from memory to memory'}: seconds, and of the processor both sides’\n`,
  );
  for (const [name, used] of Object.entries(figures))
    process.stdout.write(
      `${name.padEnd(16)}${of(used, 'seconds')}; processor: client ${of(used, 'cpu')}, server ${of(used, 'serverCpu')}; ` +
        `at most client ${most(used, 'peak')}, server ${most(used, 'serverPeak')} MiB\n`,
    );
  const ours = figures['p2p get'] ?? [];
  for (const [name, used] of Object.entries(figures)) {
    if (used === ours) continue;
    const ratios = used.map(({ seconds }, round) => seconds / ours[round]!.seconds);
    process.stdout.write(`p2p get moves ${show(summarise(ratios), `times what ${name} moves`)}\n`);
  }
}
