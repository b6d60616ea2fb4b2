// The memory that packs are read into.
import { expect, it } from 'vitest';
import { maxPackBytes } from '@peerlane/protocol';
import { deferred } from '../../src/async.ts';
import { PackBuffers, type PackClient, type PackMemory } from '../../src/folders/pack-buffers.ts';
import { ManualClock } from '../support/manual-clock.ts';

const mebibyte = 1024 * 1024;

function clientOf(client: Partial<PackClient>): PackClient {
  return { machine: {}, clock: new ManualClock(), close: () => undefined, ...client };
}

/** Lends memory until a test returns it. */
async function borrow(
  buffers: PackBuffers,
  client: Partial<PackClient> = {},
): Promise<PackMemory & { giveBack: () => void }> {
  const lent = deferred<PackMemory>();
  const over = deferred<undefined>();
  const lending = buffers.lend(clientOf(client), async (memory) => {
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
    const failing = buffers.lend(clientOf({}), () => Promise.reject(new Error('the client left')));
    await expect(failing).rejects.toThrow('left');
    (await borrow(buffers)).giveBack();
    await new Promise(setImmediate);
  }
  expect((await borrow(buffers)).room).toBe(maxPackBytes);
});

it('A machine that does not read its packs leaves half of the memory to others', async () => {
  const buffers = new PackBuffers();
  const greedy = await Promise.all(
    Array.from({ length: 32 }, () => borrow(buffers, { machine: 'one' })),
  );
  expect(greedy.at(-1)!.room).toBe(128 * 1024);
  expect((await borrow(buffers, { machine: 'another' })).room).toBeGreaterThan(2 * mebibyte);
});

it('When the memory is short, the client that has read its pack for longest is closed, if it is slow', async () => {
  const buffers = new PackBuffers();
  const clock = new ManualClock();
  const closed: number[] = [];
  const borrowed = async (client: number): Promise<PackMemory> => {
    const close = (): void => void closed.push(client);
    const memory = await borrow(buffers, { clock, close });
    memory.used(memory.room);
    return memory;
  };
  let last: PackMemory | undefined;
  let clients = 0;
  while ((last?.room ?? maxPackBytes) > 128 * 1024) last = await borrowed(clients++);
  expect(closed).toEqual([]);
  clock.advance(15_000);
  await borrowed(clients++);
  expect(closed).not.toContain(0);
  clock.advance(2000);
  closed.length = 0;
  await borrowed(clients);
  expect(closed).toEqual([0]);
});
