// Sources that have another tree under the name of the folder: they are found out, named once, and left out.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../src/async.ts';
import type { OtherTree } from '../../src/index.ts';
import type { Source } from '../../src/swarm/swarm-options.ts';
import { OtherTrees } from '../../src/trees/other-trees.ts';
import type { TreeSummary } from '../../src/trees/remote-tree.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { downloadPhotos, holds, servingTree, type Contents } from '../support/photos.ts';
import { fileLine, treePeer } from '../support/tree-peer.ts';

const contents: Contents = { a: 'a', 's/b': 'b', empty: null };

/** Downloads `photos` from sources. Returns what was told of others, too. */
async function download(sources: readonly Source[], root?: string) {
  const others: (readonly [Source, OtherTree])[] = [];
  const onOther = (source: Source, tree: OtherTree): void => void others.push([source, tree]);
  return { ...(await downloadPhotos({ sources, root, onOther })), others };
}

describe('A folder of which sources have different content', () => {
  it('The first that lists it is taken alone, and the other is named once with its root and size', async () => {
    const first = await servingTree(contents);
    const second = await servingTree({ ...contents, a: 'other', c: 'more' });
    const sources = [first, second].map(({ server }) => ({ address: server.address }));
    const { root } = (await download([sources[1]!])).result;
    const { others, lost, problems, result, into } = await download(sources);
    expect(others).toEqual([[sources[1], { root, size: 10, instead: sources[0] }]]);
    expect([lost, problems]).toEqual([[], []]);
    expect(result.root).not.toBe(root);
    expect(await holds(join(into, 'photos'))).toEqual(await holds(first.path));
    // What was told chooses.
    const chosen = await download(sources, root);
    expect(await holds(join(chosen.into, 'photos'))).toEqual(await holds(second.path));
  });

  it('A source that only has more is another one, and one that has the same is none', async () => {
    const peers = [contents, contents, { ...contents, 's/more': null }].map((each) =>
      servingTree(each),
    );
    const sources = (await Promise.all(peers)).map(({ server }) => ({ address: server.address }));
    const { others } = await download(sources);
    expect(others.map(([source]) => source)).toEqual([sources[2]]);
  });

  it('Nobody else is asked for a tree where one is wanted by its root', async () => {
    const first = await servingTree({ a: 'a' });
    const source = { address: first.server.address };
    const { root } = (await download([source])).result;
    let asked = 0;
    const other = await treePeer({
      tree: () => {
        asked += 1;
        return [fileLine(['b'], 'b')];
      },
    });
    expect((await download([source, { address: other }], root)).others).toEqual([]);
    expect(asked).toBe(0);
  });

  it('A source that fails to list it does no harm', async () => {
    const { server } = await servingTree(contents);
    const liar = await treePeer({ tree: [fileLine(['b'], 'b'), fileLine(['a'], 'a')] });
    const { others, result } = await download([{ address: server.address }, { address: liar }]);
    expect(others).toEqual([]);
    expect(result).toMatchObject({ files: 2, problems: 0 });
  });
});

describe('OtherTrees', () => {
  const tree = (root: string): TreeSummary => ({ root, size: 0 });

  it('Two list at a time, eight in all, and those that came early are compared later', async () => {
    const asked: number[] = [];
    const told: number[] = [];
    const answers = Array.from({ length: 9 }, () => deferred<TreeSummary>());
    const others = new OtherTrees<number>({
      clock: new ManualClock(),
      read: (source) => {
        asked.push(source);
        return answers[source]!.promise;
      },
      onOther: (source) => told.push(source),
    });
    for (let source = 0; source < 9; source += 1) others.add(source);
    expect(asked).toEqual([0, 1]);
    answers[1]!.resolve(tree('other'));
    await expect.poll(() => asked).toEqual([0, 1, 2]);
    expect(told).toEqual([]);
    others.known('mine');
    expect(told).toEqual([1]);
    answers[0]!.resolve(tree('mine'));
    answers[2]!.reject(new Error('refused'));
    for (const answer of answers.slice(3)) answer.resolve(tree('other'));
    await others.settle(new AbortController().signal);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(told).toEqual([1, 3, 4, 5, 6, 7]);
  });

  it('In the end one that still lists is waited for two seconds, and no longer', async () => {
    const clock = new ManualClock();
    const aborted = deferred<TreeSummary>();
    const told: number[] = [];
    const others = new OtherTrees<number>({
      clock,
      read: (_, signal) => {
        signal.addEventListener('abort', () => {
          aborted.resolve(tree('other'));
        });
        return aborted.promise;
      },
      onOther: (source) => told.push(source),
    });
    others.known('mine');
    others.add(1);
    let isSettled = false;
    const settled = others.settle(new AbortController().signal).then(() => {
      isSettled = true;
    });
    clock.advance(1999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    clock.advance(1);
    await settled;
    expect(told).toEqual([]);
  });
});
