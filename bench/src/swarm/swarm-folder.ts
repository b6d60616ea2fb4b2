// The part of `bench swarm` that moves a folder of mixed sizes.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { treeClient, treeServer, type TreeServer } from '../folder/folder-peerlane.ts';
import { bytesOf, check, fill, mixedFiles } from '../folder/folder-shapes.ts';
import { alternate, show, summarise, withProgress } from '../measure.ts';
import { runOnce, Side } from '../transfer/transfer-side.ts';
import type { SwarmNetwork } from './swarm-network.ts';

const rounds = 5;

/** The rate of each source, in Mbit/s. */
const rate = 100;

const sources = [0, 1, 2];

/** A folder of mixed sizes from one source of 100 Mbit/s, and from three. */
export async function measureFolder(network: SwarmNetwork, root: string): Promise<void> {
  const folder = join(root, 'photos');
  await mkdir(folder);
  await fill(folder, mixedFiles);
  const servers: Side<TreeServer>[] = [];
  for (const source of sources) {
    network.limit(source, rate);
    const input = { folder, host: network.hostOf(source) };
    servers.push(await Side.start(treeServer, input, network.source(source)));
  }
  const into = join(root, 'into');
  let runs = 0;
  const from =
    (...some: readonly number[]) =>
    async (): Promise<number> => {
      await mkdir(into);
      const addresses = some.map((source) => servers[source]!.output.address);
      const input = { addresses, folder: 'photos', into, sync: false };
      const { output } = await runOnce(treeClient, input, network.client);
      await check(into, mixedFiles);
      await rm(into, { recursive: true });
      runs += 1;
      return output.seconds;
    };
  const downloads = { one: from(0), three: from(...sources) };
  const seconds = await withProgress(
    () => `${runs} of ${2 * rounds + sources.length} runs`,
    async () => {
      // Each makes its digests.
      for (const source of sources) await from(source)();
      return alternate(downloads, rounds);
    },
  );
  const mebibytes = (bytesOf(mixedFiles) / 1024 ** 2).toFixed(0);
  process.stdout.write(
    `${mixedFiles.name}, ${mebibytes} MiB, from sources of ${rate} Mbit/s each\n`,
  );
  for (const [name, figures] of Object.entries(seconds))
    process.stdout.write(`${name.padEnd(6)}${show(summarise(figures), 's')}\n`);
  const ratios = seconds.one.map((figure, round) => figure / seconds.three[round]!);
  process.stdout.write(
    `three sources move ${show(summarise(ratios), 'times')} what one moves; wanted: at least 2.7\n`,
  );
  for (const server of servers) await server.end();
}
