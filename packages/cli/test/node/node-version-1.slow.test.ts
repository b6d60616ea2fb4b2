// A node of version 2 and one of version 1.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { createNode } from '../../src/node/index.ts';
import { it } from '../support/lab.ts';

describe('a node as a library', () => {
  it('A node gets a file from a node of version 1, and sends it one', async ({ lab }) => {
    const [ours, theirs] = [await lab.folder(), await lab.folder()];
    await writeFile(join(ours, 'ours.txt'), 'ours');
    await writeFile(join(theirs, 'theirs.txt'), 'theirs');
    await using one = createNode({ folder: ours, port: 0, discovery: false });
    await one.start();
    const members = [`${one.address.host}:${one.address.port}`];
    await using other = createNode({ folder: theirs, port: 0, members, protocol: 1 });
    await other.start();
    const given = other.get('ours.txt');
    await once(one, 'peer');
    const [got, gave] = await Promise.all([one.get('theirs.txt'), given]);
    expect(await readFile(got.path, 'utf8')).toBe('theirs');
    expect(await readFile(gave.path, 'utf8')).toBe('ours');
  });
});
