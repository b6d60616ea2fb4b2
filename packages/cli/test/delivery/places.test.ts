// Places for downloads that run at the same time.
import { describe, expect, it } from 'vitest';
import { Places } from '../../src/delivery/places.ts';

const forever = new AbortController().signal;

describe('places', () => {
  it('No more run at once than there are places, and those that wait come in their order', async () => {
    const places = new Places(2);
    const order: number[] = [];
    const ends: (() => void)[] = [];
    const all = [0, 1, 2, 3, 4].map(async (each) => {
      ends.push(await places.acquire(forever));
      order.push(each);
    });
    for (let ended = 0; ended < 5; ended += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(order).toEqual([0, 1, 2, 3, 4].slice(0, ended + 2));
      ends[ended]!();
      // A place is given up once.
      ends[ended]!();
    }
    await Promise.all(all);
  });

  it('Who stops waiting gets no place, and keeps none from others', async () => {
    const places = new Places(1);
    const end = await places.acquire(forever);
    const control = new AbortController();
    const stopped = places.acquire(control.signal);
    const next = places.acquire(forever);
    control.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await expect(places.acquire(control.signal)).rejects.toThrow('enough');
    end();
    (await next)();
  });
});
