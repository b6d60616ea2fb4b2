// The part of `bench get` that gets many small files at once, beside writing and syncing them alone.
import { mkdir, mkdtemp, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNode, type PeerlaneNode } from '@peerlane/cli/node';
import { show, summarise } from './measure.ts';

const [count, size, rounds, atOnce] = [500, 1024, 5, 8];
const names = Array.from({ length: count }, (_, each) => `file-${each}.bin`);
const content = Buffer.alloc(size, 'x');

/** Measures one `get` of 500 files of 1 KiB from one holder, alone and beside a member that has none. */
export async function measureMany(root: string): Promise<void> {
  const from = await mkdtemp(join(root, 'many-'));
  for (const name of names) await writeFile(join(from, name), content);
  const holder = await start({ folder: from });
  const { host, port } = holder.address;
  for (const members of [1, 2]) {
    const other =
      members === 2
        ? await start({
            folder: await mkdtemp(join(root, 'none-')),
            members: [`${host}:${port}`],
          })
        : undefined;
    const [got, ratios]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const alone = await seconds(async () => writeAll(await mkdtemp(join(root, 'alone-'))));
      const into = await mkdtemp(join(root, 'into-'));
      await using asker = await start({ guest: true, members: [`${host}:${port}`] });
      const took = await seconds(async () => getAll(asker, into));
      got.push(took);
      ratios.push(took / alone);
    }
    await other?.close();
    process.stdout.write(
      `${count} files of 1 KiB, ${members === 1 ? 'one holder' : 'and a member that has none'}: ${show(summarise(got), 's', 2)}, ${show(summarise(ratios), 'times as long as to write and sync them', 1)}\n`,
    );
  }
  await holder.close();
}

async function start(options: Parameters<typeof createNode>[0]): Promise<PeerlaneNode> {
  const node = createNode({ port: 0, discovery: false, ...options });
  await node.start();
  return node;
}

/** All names are searched for at once, and some are downloaded at a time, as by `p2p get`. */
async function getAll(node: PeerlaneNode, into: string): Promise<void> {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  const turn = async (): Promise<() => void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return () => {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    };
  };
  await Promise.all(names.map((name) => node.get(name, { into, turn })));
}

/** The limit: the same files, each written under another name, synced and renamed. */
async function writeAll(into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  const left = names.values();
  const lane = async (): Promise<void> => {
    for (const name of left) {
      const hidden = join(into, `.${name}`);
      const file = await open(hidden, 'wx');
      await file.writeFile(content);
      await file.sync();
      await file.close();
      await rename(hidden, join(into, name));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
