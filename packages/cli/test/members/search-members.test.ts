// The search of a node that has just started.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { createNode } from '../../src/node/index.ts';
import { searchMembers } from '../../src/members/search-members.ts';
import { it } from '../support/lab.ts';

const { signal } = new AbortController();

it('A search finds files of a member that has not introduced itself yet', async ({ lab }) => {
  const folder = await lab.folder();
  await writeFile(join(folder, 'a.txt'), 'a');
  await using asker = createNode({
    port: 0,
    guest: true,
    discovery: false,
    members: ['127.0.0.1:1'],
  });
  await asker.start();
  const searching = searchMembers(asker, '', signal);
  const members = [`${asker.address.host}:${asker.address.port}`];
  await using holder = createNode({ folder, port: 0, discovery: false, members });
  await holder.start();
  expect(await searching).toMatchObject({ files: [{ filename: 'a.txt' }], folders: [] });
});

it('A search without known members does not wait', async () => {
  await using node = createNode({ port: 0, guest: true, discovery: false });
  await node.start();
  // A search that waited would never end.
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  expect(await searchMembers(node, '', signal)).toEqual({ files: [], folders: [] });
  vi.useRealTimers();
});
