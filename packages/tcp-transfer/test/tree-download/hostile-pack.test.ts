// Sources that lie in a pack: no wrong content gets a name, and others send what they had in flight.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodePackLine, type PeerAddress, type TreePath } from '@peerlane/protocol';
import { downloadPhotos, holds, servingTree } from '../support/photos.ts';
import { fileLine, packOf, send, treePeer, type TreePeerOptions } from '../support/tree-peer.ts';

const names = Array.from({ length: 40 }, (_, index) => `f${String(index).padStart(2, '0')}`);
const contentOf = (name: string): string => `the content of ${name}`;
const contents = Object.fromEntries(names.map((name) => [name, contentOf(name)]));
const tree = names.map((name) => fileLine([name], contentOf(name)));

const honest = (path: TreePath): string => contentOf(path[0]!);

describe('A source is lost', () => {
  const liars: Readonly<Record<string, Omit<TreePeerOptions, 'tree'>>> = {
    'for a pack that is shorter than its files': {
      answer: ({ want }, socket) => {
        if (want === 'pack') send(socket, packOf(['x']));
        return want === 'pack';
      },
    },
    'for a pack that is longer than its files': {
      answer: ({ want, entries = [] }, socket) => {
        if (want === 'pack') send(socket, packOf([...entries.map(honest), 'more']));
        return want === 'pack';
      },
    },
    'for a pack that ends in the middle of a file': {
      answer: ({ want, entries = [] }, socket) => {
        if (want === 'pack') send(socket, packOf(entries.map(honest)).subarray(0, -1));
        return want === 'pack';
      },
    },
    'for a line in a pack that is none': {
      answer: ({ want }, socket) => {
        if (want === 'pack') send(socket, Buffer.from('hello\n'));
        return want === 'pack';
      },
    },
    'for a line in a pack without end': {
      answer: ({ want }, socket) => {
        if (want === 'pack') send(socket, Buffer.alloc(9000, 'x'));
        return want === 'pack';
      },
    },
    'for a pack that announces too much': {
      answer: ({ want }, socket) => {
        if (want === 'pack') socket.write(`{"v":2,"length":${2 ** 40}}\n`);
        return want === 'pack';
      },
    },
  };
  it.each(Object.entries(liars))('%s', async (_, options) => {
    const address = await treePeer({ tree, content: honest, ...options });
    const failed = downloadPhotos({ sources: [{ address }] });
    await expect(failed).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('for a file of another content that it claims to have', async () => {
    const address = await lyingPeer();
    const failed = downloadPhotos({ sources: [{ address }] });
    await expect(failed).rejects.toMatchObject({ code: 'wrong-content' });
  });
});

/** A peer that lists a tree, and sends other content of the same size. */
async function lyingPeer(): Promise<PeerAddress> {
  return treePeer({
    tree,
    content: (path) => contentOf(path[0]!).toUpperCase(),
    answer: ({ want, entries = [] }, socket) => {
      if (want !== 'manifest') return false;
      const content = contentOf(entries[0]![0]!);
      const digest = fileLine(['a'], content) as { digest: string };
      const size = content.length;
      send(socket, Buffer.from(digest.digest, 'hex'), { size, pieceLength: 262_144 });
      return true;
    },
  });
}

it('One source that lies about every file does not keep the honest ones from sending them', async () => {
  const { server } = await servingTree(contents);
  const liar = await lyingPeer();
  const sources = [{ address: liar }, { address: server.address }];
  const { into, lost, problems, result } = await downloadPhotos({ sources });
  expect(problems).toEqual([]);
  expect(lost).toEqual([[liar.port, 'wrong-content']]);
  expect(result.files).toBe(names.length);
  for (const name of names)
    expect(await readFile(join(into, 'photos', name), 'utf8')).toBe(contentOf(name));
});

it('A source that says itself that a file has changed is asked on for the others', async () => {
  const address = await treePeer({
    tree,
    content: ([name]) => (name === 'f07' ? 'THE CONTENT OF f07' : contentOf(name!)),
  });
  const { problems, lost, result } = await downloadPhotos({ sources: [{ address }] });
  expect(lost).toEqual([]);
  expect(problems).toMatchObject([{ path: ['f07'], kind: 'changed' }]);
  expect(result.files).toBe(names.length - 1);
});

it('A file of another size than its entry says has changed, and is asked of the others', async () => {
  const { server } = await servingTree(contents);
  const longer = await treePeer({ tree, content: (path) => `${honest(path)} and more` });
  const sources = [{ address: longer }, { address: server.address }];
  const { problems, lost, result } = await downloadPhotos({ sources });
  expect([problems, lost]).toEqual([[], []]);
  expect(result.files).toBe(names.length);
});

it('What a source does not have any more is asked of the others, and of it once again', async () => {
  const asked: string[] = [];
  const address = await treePeer({
    tree,
    content: ([name]) => {
      if (name === 'f03') asked.push(name);
      return name === 'f03' ? { error: 'not-found' } : contentOf(name!);
    },
  });
  const { problems, result } = await downloadPhotos({ sources: [{ address }] });
  expect(problems).toMatchObject([{ path: ['f03'], kind: 'gone' }]);
  expect(asked).toHaveLength(2);
  expect(result.files).toBe(names.length - 1);
  const { server } = await servingTree(contents);
  const both = await downloadPhotos({ sources: [{ address }, { address: server.address }] });
  expect(both.problems).toEqual([]);
});

it('What a source sends later is asked for again, until it is the first of a pack', async () => {
  let packs = 0;
  const address = await treePeer({
    tree,
    answer: ({ want, entries = [] }, socket) => {
      if (want !== 'pack') return false;
      packs += 1;
      send(
        socket,
        packOf(entries.map((path, index) => (index < 7 ? honest(path) : { error: 'later' }))),
      );
      return true;
    },
  });
  const { into, problems } = await downloadPhotos({ sources: [{ address }] });
  expect(problems).toEqual([]);
  expect(Object.keys(await holds(join(into, 'photos')))).toHaveLength(names.length);
  expect(packs).toBeGreaterThanOrEqual(6);
});

it('A source that sends everything later has nothing', async () => {
  const address = await treePeer({ tree, content: () => ({ error: 'later' }) });
  const { problems } = await downloadPhotos({ sources: [{ address }] });
  expect(problems).toHaveLength(names.length);
});

it('An error that is no known word counts as a change', async () => {
  const address = await treePeer({
    tree: tree.slice(0, 1),
    content: () => ({ error: 'tea\u001b' }),
  });
  const { problems } = await downloadPhotos({ sources: [{ address }] });
  expect(problems).toMatchObject([{ kind: 'changed' }]);
  expect(encodePackLine({ error: 'tea' })).toBeDefined();
});
