// Digests of small files that are remembered by path.
import { expect, it } from 'vitest';
import { DigestMemory, emptyDigests, type KnownDigests } from '../../src/folders/digest-memory.ts';

/** The digest of one file: its first word is `index`, and the first of its identity `index + 1`. */
function file(index: number): KnownDigests {
  const known = emptyDigests(1);
  known.identities.fill(7);
  known.identities[0] = index + 1;
  known.digests.fill(index);
  return known;
}

function recall(memory: DigestMemory, path: string): KnownDigests | undefined {
  const known = emptyDigests(1);
  memory.recall(path, known, 0);
  return known.identities[0] === 0 ? undefined : known;
}

it('Nearly all of some ten thousand files are remembered, each with its own digest', () => {
  const memory = new DigestMemory();
  const paths = Array.from({ length: 20_000 }, (_, index) => `/shared/photos/${index}.jpg`);
  for (const [index, path] of paths.entries()) memory.keep(path, file(index), 0);
  const found = paths.filter((path, index) => {
    const got = recall(memory, path);
    return got?.identities[0] === index + 1 && got.digests[7] === index;
  });
  expect(found.length).toBeGreaterThan(19_000);
  expect(recall(memory, '/shared/nowhere')).toBeUndefined();
});

it('The last digest of a path counts, and what was recalled does not change later', () => {
  const memory = new DigestMemory();
  memory.keep('/a', file(1), 0);
  const before = recall(memory, '/a');
  memory.keep('/a', file(2), 0);
  expect(before).toEqual(file(1));
  expect(recall(memory, '/a')).toEqual(file(2));
});

it('Of several files each has its own position', () => {
  const memory = new DigestMemory();
  const known = emptyDigests(3);
  for (const index of [0, 1, 2]) {
    known.identities.fill(index + 1, index * 10, index * 10 + 10);
    known.digests.fill(index + 4, index * 8, index * 8 + 8);
    memory.keep(`/${index}`, known, index);
  }
  const recalled = emptyDigests(3);
  for (const index of [2, 1, 0]) memory.recall(`/${index}`, recalled, index);
  expect(recalled).toEqual(known);
});

it('However many files there are, a bounded number of them is remembered', () => {
  const memory = new DigestMemory();
  const one = file(0);
  for (let index = 0; index < 400_000; index += 1) memory.keep(`/${index}`, one, 0);
  let kept = 0;
  for (let index = 0; index < 400_000; index += 1) if (recall(memory, `/${index}`)) kept += 1;
  expect(kept).toBeGreaterThan(200_000);
  // A few paths share a place with another, and are told from it by the identity alone.
  expect(kept).toBeLessThan(263_000);
});
