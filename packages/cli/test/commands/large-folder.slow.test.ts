// `p2p search` and `p2p status` where a member shares many files, in real processes.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { startFileServer, type ServedFiles } from '@peerlane/tcp-transfer';
import { createNode } from '../../src/node/node.ts';
import { searchFiles } from '../../src/search/search-files.ts';
import { events, run } from '../support/guests.ts';
import { it } from '../support/lab.ts';

/** So many names that they do not fit in the first pages. */
const count = 12_000;

/** A folder with many files, of which every hundredth has `wanted` in its name. */
async function fill(folder: string): Promise<void> {
  await mkdir(join(folder, 'many'));
  for (let at = 0; at < count; at += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const name = `${index === 0 ? 'Wanted' : 'other'} ${at + index}.txt`;
        return writeFile(join(folder, 'many', name), '');
      }),
    );
}

describe('a member that shares many files', () => {
  it('`p2p search` and `p2p status` list all of them', async ({ lab }) => {
    const folder = await lab.folder();
    await fill(folder);
    const { address } = await lab.start(folder);
    const peer = ['--peer', address];
    const cwd = await lab.folder();
    const some = await run(lab, cwd, 'search', 'wanTED', ...peer, '--json');
    expect([some.code, some.stderr, events(some).length]).toEqual([0, '', count / 100]);
    const status = await run(lab, cwd, 'status', ...peer, '--json');
    expect(events(status)).toEqual([expect.objectContaining({ event: 'status', files: count })]);
  });

  it('A search says from which member files are missing', async ({ lab }) => {
    const folder = await lab.folder();
    await writeFile(join(folder, 'a.txt'), 'a');
    await using node = createNode({ port: 0, folder, discovery: false });
    await node.start();
    await using gone = await startFileServer({ library: { files: nothing } });
    const { host, port } = gone.address;
    await gone.close();
    const member = { state: 'heard', version: 2 } as const;
    const lists: unknown[] = [];
    const members = [
      { ...member, address: '127.0.0.1:9', tcpPort: port },
      { ...member, address: '127.0.0.1:10', tcpPort: node.tcpAddress.port },
    ] as unknown as Parameters<typeof searchFiles>[0];
    const found = await searchFiles(members, '', {
      endpointOf: () => Promise.resolve({ host: '127.0.0.1' }),
      onIncomplete: (list) => lists.push(list),
    });
    expect(found.map(({ filename }) => filename)).toEqual(['a.txt']);
    expect(lists).toEqual([
      {
        peer: '127.0.0.1:9',
        listed: 0,
        reason: expect.stringContaining(`${host}:${port}`) as string,
      },
    ]);
  });
});

const nothing: ServedFiles = {
  openFile: () => Promise.resolve(undefined),
  statusOf: () => Promise.resolve(undefined),
  namesAfter: () => Promise.resolve([]),
};
