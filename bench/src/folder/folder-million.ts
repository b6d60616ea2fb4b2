// The part of `bench folder` that moves a million files, and looks at the memory of both sides.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withProgress } from '../measure.ts';
import { environmentIn, startShare } from '../transfer/command/servers.ts';
import { measured } from '../transfer/command/used.ts';
import { getLine } from './folder-contestants.ts';
import { folderName } from './folder-contest.ts';
import { check, fill, millionFiles } from './folder-shapes.ts';

/** The most that either side may hold, in MiB. */
const wanted = 128;

/** A million small files by the program, and the same command again. It takes many minutes. */
export async function million(folder: string): Promise<void> {
  const [source, into] = [join(folder, 'from', folderName), join(folder, 'into')];
  for (const path of [source, into]) await mkdir(path, { recursive: true });
  let made = 0;
  await withProgress(
    () => `${made} of ${millionFiles.files} files made`,
    () => fill(source, millionFiles, (count) => (made = count)),
  );
  const env = environmentIn(folder);
  const begun = performance.now();
  const holder = await withProgress(
    () => 'the holder reads its folder',
    () => startShare(source, env),
  );
  process.stdout.write(
    `\n${millionFiles.name}: the holder was ready after ${((performance.now() - begun) / 1000).toFixed(1)} s\n`,
  );
  try {
    for (const run of ['for the first time', 'again']) {
      const started = performance.now();
      const state = (): string =>
        `moving them ${run} since ${((performance.now() - started) / 1000).toFixed(0)} s`;
      const line = getLine(folderName, holder.address);
      const used = await withProgress(state, () => measured(line, [into], holder.pid, env));
      process.stdout.write(
        `${run}: ${used.seconds.toFixed(1)} s; processor: client ${used.cpu.toFixed(1)}, server ${used.serverCpu.toFixed(1)} s; ` +
          `at most client ${used.peak.toFixed(0)}, server ${used.serverPeak.toFixed(0)} MiB; wanted: at most ${wanted} each\n`,
      );
    }
    await check(into, millionFiles);
  } finally {
    await holder.stop();
  }
}
