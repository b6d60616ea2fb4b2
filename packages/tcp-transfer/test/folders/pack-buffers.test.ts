// The memory that packs are read into.
import { expect, it } from 'vitest';
import { maxPackBytes } from '@peerlane/protocol';
import { deferred } from '../../src/async.ts';
import { PackBuffers, type PackMemory } from '../../src/folders/pack-buffers.ts';

const mebibyte = 1024 * 1024;

/** Lends memory until a test returns it. */
async function borrow(buffers: PackBuffers): Promise<PackMemory & { giveBack: () => void }> {
  const lent = deferred<PackMemory>();
  const over = deferred<undefined>();
  const lending = buffers.lend(async (memory) => {
    lent.resolve(memory);
    await over.promise;
  });
  const memory = await lent.promise;
  const giveBack = async (): Promise<void> => {
    over.resolve(undefined);
    await lending;
  };
  return { ...memory, giveBack: () => void giveBack() };
}

it('However many packs are on their way, together they have bounded memory', async () => {
  const buffers = new PackBuffers();
  const all = await Promise.all(Array.from({ length: 256 }, () => borrow(buffers)));
  expect(all[0]!.room).toBe(maxPackBytes);
  expect(all.at(-1)!.room).toBe(128 * 1024);
  const sum = all.reduce((total, { room }) => total + room, 0);
  expect(sum).toBeLessThan((32 + 256 / 8) * mebibyte);
});

it('What a pack does not use is for others', async () => {
  const buffers = new PackBuffers();
  for (let pack = 0; pack < 100; pack += 1) (await borrow(buffers)).used(1000);
  expect((await borrow(buffers)).room).toBe(maxPackBytes);
});

it('Memory that came back is lent again, also after a failure', async () => {
  const buffers = new PackBuffers();
  for (let pack = 0; pack < 100; pack += 1) {
    const failing = buffers.lend(() => Promise.reject(new Error('the client left')));
    await expect(failing).rejects.toThrow('left');
    (await borrow(buffers)).giveBack();
    await new Promise(setImmediate);
  }
  expect((await borrow(buffers)).room).toBe(maxPackBytes);
});
