// `bench get`: the first request of two new nodes, between all versions, of a restarted node, and many at once.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNode, type PeerlaneNode } from '@peerlane/cli/node';
import { measureMany } from './many.ts';
import { show, summarise, withProgress } from './measure.ts';
import { measureRestarts } from './restart.ts';

const rounds = 21;

/** The versions that the asker and the holder speak. */
const pairs: Readonly<Record<string, readonly [asker: 1 | 2, holder: 1 | 2, rounds: number]>> = {
  'version 2 from version 2': [2, 2, rounds],
  'version 2 from version 1': [2, 1, 3],
  'version 1 from version 2': [1, 2, 3],
};

/** Seconds that the first request ever takes, from `get` to the complete file of 1 KiB. */
async function firstGet(root: string, asker: 1 | 2, holder: 1 | 2): Promise<number> {
  const [from, into] = [await mkdtemp(join(root, 'from-')), await mkdtemp(join(root, 'into-'))];
  await writeFile(join(from, 'file.bin'), Buffer.alloc(1024, 'x'));
  const holding = await start(from, holder, []);
  const { host, port } = holding.address;
  const heard = once(holding, 'peer');
  const asking = await start(into, asker, [`${host}:${port}`]);
  await heard;
  const begun = performance.now();
  await asking.get('file.bin');
  const took = performance.now() - begun;
  await Promise.all([asking.close(), holding.close()]);
  return took / 1000;
}

async function start(
  folder: string,
  protocol: 1 | 2,
  members: readonly string[],
): Promise<PeerlaneNode> {
  const node = createNode({ folder, port: 0, protocol, members, discovery: false });
  await node.start();
  return node;
}

/**
 * Measures the first request of two new nodes, between the versions, and of one that was restarted, and
 * many requests at once.
 */
export async function run(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'peerlane-bench-'));
  try {
    for (const [name, [asker, holder, count]] of Object.entries(pairs)) {
      const figures: number[] = [];
      await withProgress(
        () => `${figures.length} of ${count} rounds`,
        async () => {
          while (figures.length < count) figures.push(await firstGet(root, asker, holder));
        },
      );
      process.stdout.write(`${name}: 1 KiB after ${show(summarise(figures), 's', 3)}\n`);
    }
    await measureMany(root);
    await measureRestarts(root);
  } finally {
    await rm(root, { recursive: true });
  }
}
