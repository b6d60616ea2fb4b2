import { describe, expect, it } from 'vitest';
import { deferred } from '../../src/async.ts';
import { InHand } from '../../src/connection/in-hand.ts';
import type { StreamReader } from '../../src/connection/stream-reader.ts';

/** A reader that only notes what is done to it. */
function noting(): { readonly notes: string[]; readonly reader: StreamReader } {
  const notes: string[] = [];
  const reader = {
    release: () => notes.push('released'),
    close: () => notes.push('closed'),
  } as unknown as StreamReader;
  return { notes, reader };
}

describe('pieces in hand', () => {
  it('are two at most, and released in order', async () => {
    const { notes, reader } = noting();
    const inHand = new InHand(reader);
    const [first, second] = [deferred<undefined>(), deferred<undefined>()];
    await inHand.add(first.promise.then(() => void notes.push('first')));
    const added = inHand.add(second.promise.then(() => void notes.push('second')));
    expect(notes).toEqual([]);
    second.resolve(undefined);
    first.resolve(undefined);
    await added;
    await inHand.empty();
    expect(notes.filter((note) => note === 'released')).toHaveLength(2);
    expect(notes.indexOf('first')).toBeLessThan(notes.indexOf('released'));
  });

  it('end the connection where one fails, and wait for the other', async () => {
    const { notes, reader } = noting();
    const inHand = new InHand(reader);
    const [first, second] = [deferred<undefined>(), deferred<undefined>()];
    await inHand.add(first.promise);
    const added = inHand.add(second.promise);
    first.reject(new Error('full'));
    await expect(added).rejects.toThrow('full');
    expect(notes).toEqual(['closed']);
    const emptied = inHand.empty();
    second.resolve(undefined);
    await expect(emptied).rejects.toThrow('full');
  });
});
