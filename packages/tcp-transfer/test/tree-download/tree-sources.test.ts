// A folder from several sources: they share the work, and some fail.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadTree } from '../../src/index.ts';
import type { Source } from '../../src/swarm/swarm-options.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { counting, LaterSources } from '../support/peers.ts';
import { downloadPhotos, holds, servingTree, type Contents } from '../support/photos.ts';
import { fileLine, folderLine, packOf, send, treePeer } from '../support/tree-peer.ts';

const contents: Contents = Object.fromEntries([
  ...Array.from({ length: 300 }, (_, index): [string, Buffer] => [
    `s/f${index}`,
    Buffer.alloc(8000, index),
  ]),
  ['large', Buffer.alloc(6 * 1024 * 1024, 'l')],
]);

it('Three sources share a folder, each sending a part', async () => {
  const peers = [];
  for (let peer = 0; peer < 3; peer += 1) peers.push(await servingTree(contents));
  const bytes = new Map<number, number>();
  const { into, result } = await downloadPhotos({
    sources: peers.map(({ server }) => ({ address: server.address })),
    connect: counting((length, { port }) => bytes.set(port, (bytes.get(port) ?? 0) + length)),
  });
  expect(await holds(join(into, 'photos'))).toEqual(await holds(peers[0]!.path));
  expect(result).toMatchObject({ files: 301, fetchedFiles: 301, problems: 0 });
  for (const { server } of peers) expect(bytes.get(server.address.port)).toBeGreaterThan(100_000);
});

it('A source that leaves while it lists the folder is replaced by one that lists it from the beginning', async () => {
  const { server, path } = await servingTree(contents);
  const leaving = await treePeer({
    tree: (page) => [[folderLine('s'), fileLine(['s', 'x'], 'only there')][page]!],
    cursor: (page) => `${page + 1}`,
    answer: ({ cursor }, socket) => {
      if (cursor === '2') socket.destroy();
      return cursor === '2';
    },
    content: () => 'only there',
  });
  const sources = [{ address: leaving }, { address: server.address }];
  const { into, lost, result } = await downloadPhotos({ sources });
  expect(lost).toEqual([[leaving.port, 'incomplete']]);
  expect(result.files).toBe(301);
  expect(await holds(join(into, 'photos'))).toMatchObject(await holds(path));
});

it('A source that leaves in the middle of a pack costs what it had in flight', async () => {
  const { server } = await servingTree(contents);
  const lines = Object.entries(contents).slice(0, 300);
  const leaving = await treePeer({
    tree: [
      folderLine('s'),
      ...lines
        .map(([name, content]) => fileLine(name.split('/'), content as Buffer))
        .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
    ],
    answer: ({ want }, socket) => {
      if (want === 'pack') socket.end('{"v":2,"length":100000}\n{"size":8000}\n');
      return want === 'pack';
    },
  });
  const sources = [{ address: leaving }, { address: server.address }];
  const { problems, lost, result } = await downloadPhotos({ sources });
  expect(lost).toEqual([[leaving.port, 'incomplete']]);
  expect(problems).toEqual([]);
  expect(result.files).toBeGreaterThanOrEqual(300);
});

it('A source that is found later sends too, and one that fails alone ends nothing', async () => {
  const { server } = await servingTree(contents);
  const sources = new LaterSources();
  const gone = { host: '127.0.0.1', port: 1 };
  sources.add(gone);
  sources.add(server.address);
  const { lost, result } = await downloadPhotos({ sources });
  expect(lost).toEqual([[1, 'unreachable']]);
  expect(result.files).toBe(301);
});

it('A source that still sends is not asked for what others send', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `f${index}`);
  const tree = names.map((name) => fileLine([name], Buffer.alloc(100_000, name)));
  const held: (() => void)[] = [];
  let heldFiles = 0;
  const asked: string[][] = [[], []];
  const isHeld = (peer: number): boolean => peer === 0 || asked[1]!.length === 1;
  const peers = [0, 1].map((peer) =>
    treePeer({
      tree,
      answer: ({ want, entries = [] }, socket) => {
        if (want !== 'pack') return false;
        asked[peer]!.push(entries.map(([name]) => name!).join());
        const answer = (): void => {
          send(socket, packOf(entries.map(([name]) => Buffer.alloc(100_000, name))));
        };
        if (isHeld(peer)) {
          held.push(answer);
          heldFiles += entries.length;
        } else {
          answer();
        }
        return true;
      },
    }),
  );
  const sources = (await Promise.all(peers)).map((address) => ({ address }));
  let before: readonly string[] = [];
  const { result } = await downloadPhotos({
    sources,
    onProgress: ({ files }) => {
      // The second one still sends its first pack, and the first one both of its packs.
      if (files < 8 - heldFiles || before.length > 0) return;
      before = [...asked[1]!];
      for (const answer of held) answer();
    },
  });
  expect(result.files).toBe(8);
  expect(new Set(before).size).toBe(before.length);
  expect(before.filter((names) => asked[0]!.includes(names))).toEqual([]);
});

it('Nobody has a folder that no source has', async () => {
  const { server } = await servingTree(contents);
  const into = await temporaryFolder();
  const options = { sources: [{ address: server.address }], into };
  await expect(downloadTree({ ...options, folder: 'other' })).rejects.toMatchObject({
    code: 'no-file',
  });
  await expect(downloadTree({ ...options, folder: 'photos', sources: [] })).rejects.toMatchObject({
    code: 'no-file',
  });
});

describe('With a root', () => {
  it('a source of another tree is left out, and nothing of it is written', async () => {
    const wanted = await servingTree({ a: 'a', 's/b': 'b' });
    const other = await servingTree({ a: 'A', 's/b': 'b', c: 'c' });
    const source = { address: wanted.server.address };
    const { root } = (await downloadPhotos({ sources: [source] })).result;
    const { into, lost, result } = await downloadPhotos({
      sources: [{ address: other.server.address }, source],
      root,
    });
    expect(lost).toEqual([[other.server.address.port, 'changed']]);
    expect(result.root).toBe(root);
    expect(await holds(join(into, 'photos'))).toEqual(await holds(wanted.path));
  });

  it('a download fails if no source has it', async () => {
    const { server } = await servingTree({ a: 'a' });
    const failed = downloadPhotos({ sources: [{ address: server.address }], root: '0'.repeat(64) });
    await expect(failed).rejects.toMatchObject({ code: 'changed' });
  });

  it('a source that says that it has another is not asked', async () => {
    const { server } = await servingTree({ a: 'a' });
    const others: Source[] = [];
    const source = { address: server.address, root: '1'.repeat(64) };
    const failed = downloadPhotos({
      sources: [source],
      root: '0'.repeat(64),
      onOther: (other) => others.push(other),
    });
    await expect(failed).rejects.toMatchObject({ code: 'no-file' });
    expect(others).toEqual([source]);
  });

  it('a source that lists something else the second time is lost before that is written', async () => {
    const { server } = await servingTree({ a: 'a' });
    const { root } = (await downloadPhotos({ sources: [{ address: server.address }] })).result;
    let readings = 0;
    const liar = await treePeer({
      tree: () => {
        readings += 1;
        return [readings === 1 ? fileLine(['a'], 'a') : fileLine(['evil'], 'evil')];
      },
      content: () => 'evil',
    });
    const into = await temporaryFolder();
    const failed = downloadPhotos({ sources: [{ address: liar }], root, into });
    await expect(failed).rejects.toMatchObject({ code: 'changed' });
    expect(await readdir(into)).toEqual([]);
  });
});

it('A download that is aborted fails with the reason, and goes on when it is called again', async () => {
  const { server, path } = await servingTree(contents);
  const into = await temporaryFolder();
  const abort = new AbortController();
  const reason = new Error('enough');
  const sources = [{ address: server.address }];
  const failed = downloadPhotos({
    ...{ sources, into, signal: abort.signal },
    onProgress: ({ files }) => {
      if (files >= 10) abort.abort(reason);
    },
  });
  await expect(failed).rejects.toBe(reason);
  const { result } = await downloadPhotos({ sources, into });
  expect(result.fetchedFiles).toBeLessThanOrEqual(301 - 10);
  expect(await holds(join(into, 'photos'))).toEqual(await holds(path));
});
