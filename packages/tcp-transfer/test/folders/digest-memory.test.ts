// Digests of small files that are remembered by path.
import { expect, it } from 'vitest';
import { DigestMemory, type RememberedFile } from '../../src/folders/digest-memory.ts';

const file = (index: number): RememberedFile => ({
  identity: BigInt64Array.from([1, index + 1, 2, 3, 4], BigInt),
  digest: new Uint8Array(32).fill(index),
});

it('Nearly all of some ten thousand files are remembered, each with its own digest', () => {
  const memory = new DigestMemory();
  const paths = Array.from({ length: 20_000 }, (_, index) => `/shared/photos/${index}.jpg`);
  for (const [index, path] of paths.entries()) memory.set(path, file(index));
  const found = paths.filter((path, index) => {
    const got = memory.get(path);
    return got?.identity[1] === BigInt(index + 1) && got.digest[31] === index % 256;
  });
  expect(found.length).toBeGreaterThan(19_000);
  expect(memory.get('/shared/nowhere')).toBeUndefined();
});

it('The last digest of a path counts, and what is returned does not change later', () => {
  const memory = new DigestMemory();
  memory.set('/a', file(1));
  const before = memory.get('/a');
  memory.set('/a', file(2));
  expect(before).toEqual(file(1));
  expect(memory.get('/a')).toEqual(file(2));
});

it('However many files there are, a bounded number of them is remembered', () => {
  const memory = new DigestMemory();
  const one = file(0);
  for (let index = 0; index < 400_000; index += 1) memory.set(`/${index}`, one);
  let kept = 0;
  for (let index = 0; index < 400_000; index += 1) if (memory.get(`/${index}`)) kept += 1;
  expect(kept).toBeGreaterThan(200_000);
  // A few paths share a place with another, and are told from it by the identity alone.
  expect(kept).toBeLessThan(263_000);
});
