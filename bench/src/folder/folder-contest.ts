// One contest of `bench folder`: a folder moved in several ways, in turn.
import { spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { alternate, show, summarise, withProgress } from '../measure.ts';
import type { Used } from '../transfer/command/used.ts';
import type { Contestant } from './contestant.ts';
import { startContestants } from './folder-contestants.ts';
import { bytesOf, check, fill, type Shape } from './folder-shapes.ts';

const rounds = 5;

/** What is moved is called this. */
export const folderName = 'photos';

/** Moves a folder in several ways: in memory, or on the disk both synced and not. */
export async function compare(folder: string, shape: Shape, isDisk: boolean): Promise<void> {
  const source = join(folder, 'from', folderName);
  await mkdir(source, { recursive: true });
  let made = 0;
  const making = (): string => `${made} of ${shape.files} files made`;
  await withProgress(making, () => fill(source, shape, (count) => (made = count)));
  // What was just written is believed only after it has rested, and the disk has other things to do.
  spawnSync('sync', ['--file-system', folder]);
  for (const sync of isDisk ? [true, false] : [false]) {
    const place = join(folder, `place-${sync ? 'synced' : 'plain'}`);
    await mkdir(place);
    // In memory a sync costs nothing, so that the program, which always syncs, does what all do.
    const contestants = await startContestants({ source, place, sync }, sync || !isDisk);
    try {
      const figures = await contest(folder, shape, contestants);
      const where = isDisk ? `on disk, ${sync ? 'synced' : 'not synced'}` : 'in memory';
      report(`${shape.name}, ${where}`, shape, figures);
    } finally {
      for (const each of Object.values(contestants)) await each.stop();
    }
  }
}

async function contest(
  folder: string,
  shape: Shape,
  contestants: Readonly<Record<string, Contestant>>,
): Promise<Record<string, Used[]>> {
  const into = join(folder, 'into');
  const moved = async (contestant: Contestant, checked: boolean): Promise<Used> => {
    await mkdir(into);
    const used = await contestant.move(into);
    if (checked) await check(into, shape);
    await rm(into, { recursive: true });
    // What one leaves to be written is no load for the next one.
    spawnSync('sync', ['--file-system', folder]);
    return used;
  };
  const figures: Record<string, Used[]> = {};
  let current = '';
  const runs = Object.entries(contestants).map(([name, contestant]) => {
    const run = async (): Promise<number> => {
      current = name;
      const used = await moved(contestant, false);
      (figures[name] ??= []).push(used);
      return used.seconds;
    };
    return [name, run] as const;
  });
  const state = (): string => {
    const done = Object.values(figures).reduce((sum, each) => sum + each.length, 0);
    return `${done} of ${rounds * runs.length} runs, now ${current}`;
  };
  await withProgress(state, async () => {
    // The digests of the holders are known from here on, and each result is looked at once.
    for (const [name, contestant] of Object.entries(contestants)) {
      current = `${name}, for the first time`;
      await moved(contestant, true);
    }
    await alternate(Object.fromEntries(runs), rounds);
  });
  return figures;
}

function report(
  title: string,
  shape: Shape,
  figures: Readonly<Record<string, readonly Used[]>>,
): void {
  process.stdout.write(`\n${title}: seconds, and of the processor both sides’\n`);
  for (const [name, used] of Object.entries(figures)) {
    const of = (figure: keyof Used): string =>
      show(summarise(used.map((each) => each[figure])), 's');
    const most = (figure: keyof Used): string =>
      Math.max(...used.map((each) => each[figure])).toFixed(0);
    const { median } = summarise(used.map(({ seconds }) => seconds));
    const rates = `${(shape.files / median).toFixed(0)} files/s, ${(bytesOf(shape) / median / 1024 ** 2).toFixed(0)} MiB/s`;
    process.stdout.write(
      `${name.padEnd(16)}${of('seconds')}, ${rates}; processor: client ${of('cpu')}, server ${of('serverCpu')}; ` +
        `at most client ${most('peak')}, server ${most('serverPeak')} MiB\n`,
    );
  }
  for (const ours of ['p2p get', 'p2p get, cold', 'library']) {
    const own = figures[ours];
    if (!own) continue;
    const ratios = Object.entries(figures)
      .filter(([name]) => ['rsync', 'tar', 'syncthing'].includes(name))
      .map(([name, used]) => {
        const times = used.map(({ seconds }, round) => seconds / own[round]!.seconds);
        return show(summarise(times), `times what ${name} moves`);
      });
    process.stdout.write(`${ours} moves ${ratios.join(', ')}\n`);
  }
}
