// How much is copied for a tree that lies about what is in its files.
import { expect, it } from 'vitest';
import type { TreeFile } from '@peerlane/protocol';
import { CopyBudget } from '../../src/tree-target/copy-budget.ts';
import { LocalCopies } from '../../src/tree-target/local-copies.ts';

const mebibyte = 1024 * 1024;

it('As much may be copied in vain as was of use, and some more', () => {
  const budget = new CopyBudget(10 * mebibyte);
  budget.record(9 * mebibyte, false);
  expect(budget.isLeft).toBe(true);
  budget.record(mebibyte, false);
  expect(budget.isLeft).toBe(false);
  budget.record(mebibyte, true);
  expect(budget.isLeft).toBe(true);
  for (let copy = 0; copy < 100; copy += 1) budget.record(0, false);
  expect(budget.isLeft).toBe(false);
});

it('A tree that lists a large file of this disk again and again, with other digests, has it copied a few times', async () => {
  let copies = 0;
  const options = {
    disk: { isNew: true },
    folders: {
      hold: () => {
        copies += 1;
        return Promise.reject(new Error('it has another content'));
      },
    },
  };
  const local = new LocalCopies(options as never, new CopyBudget(100 * mebibyte));
  const entry = (name: string, digest: string): TreeFile => ({
    ...{ path: [name], kind: 'file', size: 10 * mebibyte, mtime: 0 },
    root: `00000001${digest.padEnd(56, '0')}`,
  });
  local.add(entry('here', 'a'));
  for (let file = 0; file < 1000; file += 1)
    expect(await local.copy(entry(`f${file}`, String(file)))).toBe(false);
  expect(copies).toBe(10);
});
