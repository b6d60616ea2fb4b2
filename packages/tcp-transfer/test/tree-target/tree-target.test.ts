// A whole folder on the disk: what is placed is what was sent, and is found to be the same afterwards.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { TreeFile } from '@peerlane/protocol';
import { PieceHasher } from '../../src/index.ts';
import { TreeTarget } from '../../src/tree-target/tree-target.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';

function shared(text: string): Uint8Array<SharedArrayBuffer> {
  const bytes = Buffer.from(text);
  const content = new Uint8Array(new SharedArrayBuffer(bytes.length));
  content.set(bytes);
  return content;
}

function file(path: readonly string[], text: string, more: Partial<TreeFile> = {}) {
  const content = shared(text);
  const digest = createHash('sha256').update(text).digest('hex');
  const mtime = 1_600_000_000_123;
  const entry: TreeFile = { path, kind: 'file', size: content.length, mtime, digest, ...more };
  return { entry, content: [content] };
}

it.each([true, false])('works, synced: %s', async (sync) => {
  const into = await temporaryFolder();
  const hasher = new PieceHasher();
  onTestFinished(() => hasher.close());
  const files = [
    file(['a'], 'one'),
    file(['b', 'c', 'd.txt'], 'two', { exec: true }),
    file(['e'], ''),
  ];
  for (let run = 0; run < 2; run += 1) {
    const target = await TreeTarget.open(into, 'tree', { hasher, sync });
    await target.makeFolder(['f', 'g']);
    const compared = await target.compare(files.map(({ entry }) => entry));
    expect(compared).toEqual(files.map(() => ({ state: run === 0 ? 'missing' : 'same' })));
    if (run === 0)
      expect(await target.place(files)).toEqual(
        files.map(() => ({ state: 'placed', created: true })),
      );
    await target.finish();
  }
  expect(await readFile(join(into, 'tree', 'b', 'c', 'd.txt'), 'utf8')).toBe('two');
  const status = await stat(join(into, 'tree', 'b', 'c', 'd.txt'));
  expect(status.mtimeMs).toBe(1_600_000_000_123);
  expect(status.mode & 0o777).toBe(0o777 & ~process.umask());
  expect((await entries(join(into, 'tree'))).sort()).toEqual(['a', 'b', 'e', 'f']);
});
