// Peers that list another tree than was announced: one that is larger, has more files, or never ends.
import { expect, it } from 'vitest';
import { downloadTree } from '../../src/index.ts';
import { TreeHash } from '../../src/trees/tree-hash.ts';
import { TreeDecoder } from '@peerlane/protocol';
import { entries, temporaryFolder } from '../support/helpers.ts';
import { fileLine, folderLine, treePeer } from '../support/tree-peer.ts';

const lines = [fileLine(['a'], 'aaaa'), folderLine('b'), fileLine(['c'], 'cc')];

function rootOf(tree: readonly object[]): string {
  const hash = new TreeHash();
  for (const line of tree)
    for (const entry of new TreeDecoder().push(Buffer.from(`${JSON.stringify(line)}\n`)))
      hash.add(entry);
  return hash.root;
}

const content = ([name]: readonly string[]): string => (name === 'a' ? 'aaaa' : 'cc');

it.each([
  ['less bytes', { size: 5, files: 2 }],
  ['more bytes', { size: 7, files: 2 }],
  ['less files', { size: 6, files: 1 }],
  ['more files', { size: 6, files: 3 }],
])('A tree that was announced with %s is another one, and nothing is written', async (_, about) => {
  const address = await treePeer({ tree: lines, content });
  const into = await temporaryFolder();
  const options = { folder: 'photos', into, root: rootOf(lines), sources: [{ address }] };
  await expect(downloadTree({ ...options, ...about })).rejects.toMatchObject({ code: 'changed' });
  expect(await entries(into)).toEqual([]);
  await downloadTree({ ...options, size: 6, files: 2 });
  expect(await entries(into)).toEqual(['photos']);
});

it.each([
  ['bytes', 'aaaa', { size: 100 }],
  ['files', '', { size: 0, files: 25 }],
])('A list without end is left when it has more %s than were announced', async (_, text, about) => {
  let pages = 0;
  const address = await treePeer({
    tree: (page) => {
      pages += 1;
      return [fileLine([String(page).padStart(6, '0')], text)];
    },
    cursor: (page) => (page < 10_000 ? `page ${page + 1}` : undefined),
  });
  const into = await temporaryFolder();
  const options = { folder: 'photos', into, root: '0'.repeat(64), sources: [{ address }] };
  await expect(downloadTree({ ...options, ...about })).rejects.toMatchObject({ code: 'changed' });
  expect(pages).toBeLessThan(30);
  expect(await entries(into)).toEqual([]);
});
