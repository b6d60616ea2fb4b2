// The key of five running programs is changed with `p2p key`, while they get files from each other.
import { randomBytes } from 'node:crypto';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it, type Lab } from '../support/lab.ts';
import type { Program } from '../support/program.ts';

/** The files of each node: more than it is asked for. Each goes to one other node. */
const fileCount = 400;

/** How long a node waits between two gets, in milliseconds: five nodes must not fill the machine. */
const pause = 100;

interface Member {
  readonly node: Program;
  readonly address: string;
  readonly folder: string;
  readonly keyFile: string;
  readonly contents: ReadonlyMap<string, Buffer>;
}

/** Runs `p2p key …` on the file of a member. */
async function key(lab: Lab, keyFile: string, ...args: string[]): Promise<string> {
  const run = lab.run({ args: ['key', ...args, '--key-file', keyFile] });
  run.endInput();
  expect([await run.exit, run.stderr]).toEqual([0, '']);
  return run.stdout;
}

/** Copies a key file to another machine, in the place of its own. */
async function copyKeys(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.new`);
  await rename(`${to}.new`, to);
}

async function start(lab: Lab, keys: string, index: number, peer: string): Promise<Member> {
  const [folder, place] = [await lab.folder(), await lab.folder()];
  const keyFile = join(place, 'key');
  await copyKeys(keys, keyFile);
  const contents = new Map<string, Buffer>();
  for (let n = 0; n < fileCount; n += 1) {
    contents.set(`${index}-${n}.bin`, randomBytes(5000));
    await writeFile(join(folder, `${index}-${n}.bin`), contents.get(`${index}-${n}.bin`)!);
  }
  const env = { P2P_PERIOD: '1', P2P_KEY_FILE: keyFile };
  return { ...(await lab.start(folder, { cluster: peer, env })), folder, keyFile, contents };
}

const receivedBy = ({ stdout }: Program): number => stdout.split('file completely!').length - 1;

/** What a node has said besides that it is sealed, and that its keys have changed. */
const faultsOf = ({ stderr }: Program): string =>
  stderr.replaceAll(/^(?:Sealed with key|Keys changed:) .*\n/gm, '');

/** Gets one file after the other from all others, until it is told to end. */
class Getter {
  gets = 0;
  isEnded = false;
  readonly done: Promise<void>;

  constructor(self: Member, cluster: readonly Member[]) {
    this.done = this.#run(self, cluster);
  }

  async #run(self: Member, cluster: readonly Member[]): Promise<void> {
    const { node, folder } = self;
    const others = cluster.filter((each) => each !== self);
    for (let n = cluster.indexOf(self); n < fileCount && !this.isEnded; n += cluster.length) {
      for (const { contents } of others) {
        const [name, content] = [...contents][n]!;
        node.type(`get ${name}`);
        await expect.poll(() => faultsOf(node) || receivedBy(node)).not.toBe(this.gets);
        expect(faultsOf(node)).toBe('');
        expect((await readFile(join(folder, name))).equals(content), name).toBe(true);
        this.gets += 1;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }
}

it('The key of five running nodes is changed in three steps without one get that fails', async ({
  lab,
}) => {
  const keys = join(await lab.folder(), 'key');
  const [, old] = /Made key (\w+)/.exec(await key(lab, keys, 'new'))!;
  const cluster: Member[] = [];
  for (let index = 0; index < 5; index += 1)
    cluster.push(await start(lab, keys, index, cluster[0]?.address ?? ''));
  await expect
    .poll(() => {
      for (const { node } of cluster) node.type('list');
      return cluster.every(({ node }) => node.stdout.includes('  4. 127.0.0.1:'));
    })
    .toBe(true);
  const getters = cluster.map((each) => new Getter(each, cluster));
  const finished = Promise.all(getters.map(({ done }) => done));
  /** Until each node has got some more files. */
  const someGets = async (): Promise<void> => {
    const before = getters.map(({ gets }) => gets);
    const turned = expect.poll(() => getters.every(({ gets }, i) => gets > before[i]! + 4));
    await Promise.race([turned.toBe(true), finished]);
  };
  const [first, ...others] = cluster as [Member, ...Member[]];
  const [, next] = /Added key (\w+)/.exec(await key(lab, first.keyFile, 'add'))!;
  for (const { keyFile } of others) {
    await someGets();
    await copyKeys(first.keyFile, keyFile);
  }
  const takes = async (text: string): Promise<void> => {
    for (const { node } of cluster) await node.says(text, 'stderr');
  };
  await takes(`Keys changed: sealing with ${old!}, also opening ${next!}.`);
  for (const { keyFile } of cluster) {
    await key(lab, keyFile, 'use', next!);
    await someGets();
  }
  await takes(`Keys changed: sealing with ${next!}, also opening ${old!}.`);
  for (const { keyFile } of cluster) {
    await key(lab, keyFile, 'remove', old!, '--yes');
    await someGets();
  }
  await takes(`Keys changed: sealing with ${next!}.`);
  await someGets();
  for (const getter of getters) getter.isEnded = true;
  await finished;
  for (const { node } of cluster) {
    expect(faultsOf(node)).toBe('');
    node.type('quit');
    expect(await node.exit).toBe(0);
  }
});
