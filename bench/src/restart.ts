// `bench get`, restarts: how soon a node that was restarted lists the others, and finds a file.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createNode, type PeerlaneNode } from '@peerlane/cli/node';
import { show, summarise, withProgress } from './measure.ts';

const rounds = 20;

/** How many nodes stay while another one is restarted; the last of them has the file. */
const others = 3;

/** Milliseconds from being ready to listing all others, and to the first offer of a file. */
interface Restart {
  readonly listed: number;
  readonly found: number;
}

/**
 * Measures a node that is restarted on its port, and knows one of the others: the others have its
 * former self in their lists.
 *
 * @param root a folder that the caller removes
 */
export async function measureRestarts(root: string): Promise<void> {
  const folders = await Promise.all(
    Array.from({ length: others + 1 }, () => mkdtemp(join(root, 'restart-'))),
  );
  await writeFile(join(folders[others - 1]!, 'file.bin'), Buffer.alloc(1024, 'x'));
  const stay: PeerlaneNode[] = [];
  try {
    for (const folder of folders.slice(0, others))
      stay.push(await start(folder, 0, stay.slice(0, 1).map(addressOf)));
    print(await restarts(folders[others]!, addressOf(stay[0]!)));
  } finally {
    await Promise.all(stay.map((node) => node.close()));
  }
}

async function restarts(folder: string, member: string): Promise<Restart[]> {
  let node = await start(folder, 0, [member]);
  await listsAll(node);
  const { port } = node.address;
  const figures: Restart[] = [];
  const restart = async (): Promise<void> => {
    await node.close();
    node = await start(folder, port, [member]);
    const ready = performance.now();
    const since = (): number => performance.now() - ready;
    const [listed, found] = await Promise.all([
      listsAll(node).then(since),
      firstOffer(node).then(since),
    ]);
    figures.push({ listed, found });
  };
  await withProgress(
    () => `${figures.length} of ${rounds} restarts`,
    async () => {
      while (figures.length < rounds) await restart();
    },
  );
  await node.close();
  return figures;
}

async function firstOffer(node: PeerlaneNode): Promise<void> {
  const offers = node.find('file.bin');
  const { done } = await offers.next();
  await offers.return?.();
  if (done) throw new Error('a restarted node does not find the file');
}

/** Waits until a node has heard all others. */
async function listsAll(node: PeerlaneNode): Promise<void> {
  const heard = (): number => node.members().filter(({ state }) => state === 'heard').length;
  while (heard() < others) await delay(1);
}

async function start(
  folder: string,
  port: number,
  members: readonly string[],
): Promise<PeerlaneNode> {
  const node = createNode({ folder, port, members, discovery: false });
  await node.start();
  return node;
}

function addressOf({ address: { host, port } }: PeerlaneNode): string {
  return `${host}:${port}`;
}

function print(figures: readonly Restart[]): void {
  const listed = summarise(figures.map((each) => each.listed));
  const found = summarise(figures.map((each) => each.found));
  process.stdout.write(
    `restarted, lists the others ${show(listed, 'ms')} after being ready; wanted: at most 100\n` +
      `restarted, finds a file ${show(found, 'ms')} after being ready; wanted: at most 150\n`,
  );
}
