// `bench swarm`: one file, or one folder, from several sources that limit their rate; or one file to several.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PeerAddress } from '@peerlane/protocol';
import { alternate, show, summarise } from '../measure.ts';
import { treeClient, treeServer } from '../folder/folder-peerlane.ts';
import { measureFolder } from './swarm-folder.ts';
import { measureSend, rate, receivers } from './swarm-send.ts';
import { SwarmNetwork } from './swarm-network.ts';
import { SwitchedNetwork } from './switched-network.ts';
import { peerlaneServer, verifiedClient } from '../transfer/transfer-peerlane.ts';
import { runOnce, runSide, Side } from '../transfer/transfer-side.ts';

const [mebibyte, size, rounds] = [1024 ** 2, 64, 5];

/** The rates of the sources, in Mbit/s: three that are alike, and one at a tenth. */
const rates = [100, 100, 100, 10];

/**
 * One file from several sources, each with a network of its own; with the argument `folder` a whole folder,
 * and with `send` one file that is sent to several machines. Needs Linux and its root.
 */
export async function run(): Promise<void> {
  if (await runSide([peerlaneServer, verifiedClient, treeServer, treeClient])) return;
  const root = await mkdtemp(join(tmpdir(), 'peerlane-bench-'));
  const [, , , what] = process.argv;
  try {
    if (what === 'send') {
      using network = made(() => new SwitchedNetwork(receivers + 1, rate));
      if (network) await measureSend(network, root);
    } else {
      using network = made(() => new SwarmNetwork(rates.length));
      if (network) await (what === 'folder' ? measureFolder : measure)(network, root);
    }
  } finally {
    await rm(root, { recursive: true });
  }
}

function made<Network>(make: () => Network): Network | undefined {
  try {
    return make();
  } catch (error) {
    process.stdout.write(`no networks can be made here: ${(error as Error).message}\n`);
    return undefined;
  }
}

async function measure(network: SwarmNetwork, root: string): Promise<void> {
  const content = randomBytes(size * mebibyte);
  const servers: Side<PeerAddress>[] = [];
  for (const [source, rate] of rates.entries()) {
    network.limit(source, rate);
    const folder = join(root, `${source}`);
    await mkdir(folder);
    await writeFile(join(folder, 'file.bin'), content);
    const input = { folder, host: network.hostOf(source) };
    servers.push(await Side.start(peerlaneServer, input, network.source(source)));
  }
  const into = join(root, 'into');
  await mkdir(into);
  const from =
    (...sources: number[]) =>
    async (): Promise<number> => {
      const addresses = sources.map((source) => servers[source]!.output);
      const input = { addresses, filename: 'file.bin', into, sync: false };
      return (await runOnce(verifiedClient, input, network.client)).output;
    };
  const downloads = { one: from(0), two: from(0, 1), three: from(0, 1, 2), slow: from(0, 1, 3) };
  // The first one makes the digests.
  for (const each of [downloads.three, downloads.slow]) await each();
  const seconds = await alternate(downloads, rounds);
  process.stdout.write(`${size} MiB from sources of 100 Mbit/s each\n`);
  for (const [name, figures] of Object.entries(seconds))
    process.stdout.write(`${name.padEnd(6)}${show(summarise(figures), 's')}\n`);
  const ratio = (over: readonly number[], under: readonly number[]): string =>
    show(summarise(over.map((figure, round) => figure / under[round]!)), 'times');
  const { one, two, three, slow } = seconds;
  process.stdout.write(`three sources move ${ratio(one, three)} what one moves\n`);
  process.stdout.write(`with one of 10 Mbit/s beside two, it takes ${ratio(slow, two)} as long\n`);
  for (const server of servers) await server.end();
}
