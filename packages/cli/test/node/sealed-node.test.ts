// Sealed nodes as a library: who is in the cluster, and how its key is changed meanwhile.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ClusterKey, createNode, Keyring, type PeerlaneNode } from '../../src/node/index.ts';

const alone = { port: 0, discovery: false, period: 1000 } as const;
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'peerlane-sealed-'));

async function nodeWith(
  keyring: Keyring | undefined,
  members: readonly string[] = [],
): Promise<PeerlaneNode> {
  const path = await folder();
  if (members.length === 0) await writeFile(join(path, 'report.pdf'), 'sealed');
  const node = createNode({ ...alone, folder: path, keyring, members, timeout: 3000 });
  await node.start();
  return node;
}

it('A file goes from one sealed node to another, before and after their key is changed, and to no other', async () => {
  const [old, next] = [ClusterKey.generate(), ClusterKey.generate()];
  const ring = new Keyring([old]);
  await using owner = await nodeWith(ring);
  expect(owner.sealedBy).toBe(old.id);
  const members = [`127.0.0.1:${owner.address.port}`];
  const askerRing = new Keyring([old]);
  await using asker = await nodeWith(askerRing, members);
  await using open = await nodeWith(undefined, members);
  await using other = await nodeWith(new Keyring([next]), members);
  const first = await asker.get('report.pdf');
  expect(await readFile(first.path, 'utf8')).toBe('sealed');
  await vi.waitFor(
    async () => {
      expect((await asker.search('report')).map(({ filename }) => filename)).toEqual([
        'report.pdf',
      ]);
    },
    { timeout: 20_000 },
  );
  for (const stranger of [open, other])
    await expect(stranger.get('report.pdf')).rejects.toThrow(/Nobody/);
  expect(open.sealedBy).toBeUndefined();
  ring.replace([next, old]);
  askerRing.replace([next]);
  expect(owner.sealedBy).toBe(next.id);
  expect(await asker.get('report.pdf')).toMatchObject({ created: false });
}, 60_000);

it('Version 1 cannot be sealed', () => {
  const keyring = new Keyring([ClusterKey.generate()]);
  expect(() => createNode({ keyring, protocol: 1 })).toThrow(
    new TypeError('expected protocol 2 with a keyring, got 1: version 1 cannot be sealed'),
  );
});
