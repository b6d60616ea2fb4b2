// The key of a cluster is changed while its nodes get files from each other.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ClusterKey, Keyring, type PeerlaneNode } from '../../src/node/index.ts';
import { it, type Lab } from '../support/lab.ts';
import { addressOf, Nodes } from '../support/nodes.ts';

interface Member {
  readonly node: PeerlaneNode;
  readonly ring: Keyring;
  readonly into: string;
  readonly content: Buffer;
}

/** Five nodes, each with a keyring and a file of its own: `0.bin` to `4.bin`. */
async function clusterOf(key: ClusterKey, lab: Lab, nodes: Nodes): Promise<Member[]> {
  const cluster: Member[] = [];
  for (let index = 0; index < 5; index += 1) {
    const [folder, into] = [await lab.folder(), await lab.folder()];
    const content = randomBytes(50_000);
    await writeFile(join(folder, `${index}.bin`), content);
    const ring = new Keyring([key]);
    const members = cluster.slice(0, 1).map(({ node }) => addressOf(node));
    const node = await nodes.start({ folder, members, keyring: ring });
    cluster.push({ node, ring, into, content });
  }
  return cluster;
}

/** Lets a node get the files of all others, over and over until that is ended, and counts the gets. */
class Getter {
  gets = 0;
  isEnded = false;
  readonly done: Promise<void>;

  constructor(self: Member, cluster: readonly Member[]) {
    this.done = this.#run(self, cluster);
  }

  async #run(self: Member, cluster: readonly Member[]): Promise<void> {
    while (!this.isEnded) {
      for (const [index, { content }] of cluster.entries()) {
        if (cluster[index] === self) continue;
        const options = { into: self.into, existing: 'replace' } as const;
        const { path } = await self.node.get(`${index}.bin`, options);
        if (!(await readFile(path)).equals(content)) throw new Error(`${index}.bin has changed`);
        this.gets += 1;
      }
    }
  }
}

it('The key of five nodes is changed without one get that fails', async ({ lab }) => {
  const [old, next] = [ClusterKey.generate(), ClusterKey.generate()];
  await using nodes = new Nodes();
  const cluster = await clusterOf(old, lab, nodes);
  await expect
    .poll(() => cluster.map(({ node }) => node.members().length))
    .toEqual([4, 4, 4, 4, 4]);
  const getters = cluster.map((each) => new Getter(each, cluster));
  const finished = Promise.all(getters.map(({ done }) => done));
  /** Until each node has got three more files. */
  const aRound = async (): Promise<void> => {
    const before = getters.map(({ gets }) => gets);
    const turned = expect.poll(() => getters.every(({ gets }, i) => gets >= before[i]! + 3));
    await Promise.race([turned.toBe(true), finished]);
  };
  // Each step is taken by one node after the other, and by all before the next.
  for (const step of [[old, next], [next, old], [next]]) {
    for (const { ring } of cluster) {
      ring.replace(step);
      await aRound();
    }
  }
  for (const getter of getters) getter.isEnded = true;
  await finished;
  for (const { node } of cluster) {
    expect(node.sealedBy).toBe(next.id);
    expect(node.members().every(({ state }) => state === 'heard')).toBe(true);
  }
  // Whoever has only the old key is out.
  const left = await nodes.start({
    folder: await lab.folder(),
    members: [addressOf(cluster[0]!.node)],
    keyring: new Keyring([old]),
    timeout: 1000,
  });
  await expect(left.get('0.bin')).rejects.toThrow('Nobody');
});
