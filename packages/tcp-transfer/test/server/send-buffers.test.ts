// How large the buffers of transfers are, and when they are used again.
import { describe, expect, it } from 'vitest';
import { SendBuffers } from '../../src/index.ts';

const mebibyte = 1024 * 1024;

async function lent(buffers: SendBuffers, bytes: number): Promise<[Buffer, Buffer]> {
  const pair: Buffer[] = [];
  await buffers.lend(bytes, (first, second) => {
    pair.push(first, second);
    return Promise.resolve();
  });
  return [pair[0]!, pair[1]!];
}

describe('the buffers that files are sent from', () => {
  it('A small file gets a buffer of its size', async () => {
    const [first, second] = await lent(new SendBuffers(), 100);
    expect([first.length, second.length]).toEqual([100, 0]);
  });

  it('A file that does not fit into one buffer gets two', async () => {
    const [first, second] = await lent(new SendBuffers(), 4 * mebibyte + 1);
    expect([first.length, second.length]).toEqual([4 * mebibyte, 4 * mebibyte]);
  });

  it('Buffers of the largest size are used again for the next file', async () => {
    const buffers = new SendBuffers();
    const earlier = await lent(buffers, 100 * mebibyte);
    const later = await lent(buffers, 100 * mebibyte);
    expect(later.every((buffer) => earlier.includes(buffer))).toBe(true);
  });

  it('Buffers are not used again while they are lent, nor after a failure', async () => {
    const buffers = new SendBuffers();
    const all: Buffer[] = [];
    const failing = buffers.lend(100 * mebibyte, async (first, second) => {
      all.push(first, second, ...(await lent(buffers, 100 * mebibyte)));
      throw new Error('the connection broke');
    });
    await expect(failing).rejects.toThrow('the connection broke');
    const [broken, alsoBroken] = all;
    const later = await lent(buffers, 100 * mebibyte);
    expect(new Set(all).size).toBe(4);
    expect(later.includes(broken!)).toBe(false);
    expect(later.includes(alsoBroken!)).toBe(false);
  });

  it('Many files share the memory for buffers, and later files get full size again', async () => {
    const buffers = new SendBuffers();
    let held = 0;
    const release: (() => void)[] = [];
    const many = Array.from({ length: 64 }, () =>
      buffers.lend(100 * mebibyte, async (first, second) => {
        held += first.length + second.length;
        await new Promise<void>((resolve) => release.push(resolve));
      }),
    );
    // When the shared memory is lent out, each file has two buffers of 64 KiB.
    expect(held).toBeLessThan(32 * mebibyte + 64 * (mebibyte / 8));
    for (const done of release) done();
    await Promise.all(many);
    expect((await lent(buffers, 100 * mebibyte))[0].length).toBe(4 * mebibyte);
  });
});
