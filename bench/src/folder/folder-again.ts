// The part of `bench folder` that gets a folder which is there already.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { show, summarise, withProgress } from '../measure.ts';
import { environmentIn, startShare } from '../transfer/command/servers.ts';
import { measured, type Used } from '../transfer/command/used.ts';
import { runOnce, Side } from '../transfer/transfer-side.ts';
import { getLine } from './folder-contestants.ts';
import { folderName } from './folder-contest.ts';
import { treeClient, treeServer } from './folder-peerlane.ts';
import { fill, smallFiles } from './folder-shapes.ts';

const rounds = 5;

/** A finished `get` of 10,000 files, run again: by the program and by the library. */
export async function again(folder: string): Promise<void> {
  const [source, into] = [join(folder, 'from', folderName), join(folder, 'into')];
  for (const path of [source, into]) await mkdir(path, { recursive: true });
  await withProgress(
    () => 'making files',
    () => fill(source, smallFiles),
  );
  const env = environmentIn(folder);
  const holder = await startShare(source, env);
  const server = await Side.start(treeServer, { folder: source });
  const line = getLine(folderName, holder.address);
  const input = { addresses: [server.output.address], folder: folderName, into, sync: true };
  const figures: Used[] = [];
  let fetched = 0;
  try {
    await withProgress(
      () => `${figures.length} of ${rounds} runs`,
      async () => {
        await measured(line, [into], holder.pid, env);
        for (let round = 0; round < rounds; round += 1) {
          figures.push(await measured(line, [into], holder.pid, env));
          fetched += (await runOnce(treeClient, input)).output.fetchedBytes;
        }
      },
    );
  } finally {
    await holder.stop();
    await server.end();
  }
  const of = (figure: keyof Used): string =>
    show(summarise(figures.map((each) => each[figure])), 's');
  process.stdout.write(
    `\n${smallFiles.name} that are there already: p2p get ${of('seconds')}; wanted: at most 2; ` +
      `processor: client ${of('cpu')}, server ${of('serverCpu')}; ${fetched} bytes of files fetched; wanted: 0\n`,
  );
}
