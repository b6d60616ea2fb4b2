// Folders from holders that are busy, and in a sealed cluster.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeTransferAnswer } from '@peerlane/protocol';
import { systemClock, type Clock } from '../../src/clock.ts';
import { keyOf, keysOf } from '../support/sealed.ts';
import { downloadPhotos, holds, servingTree } from '../support/photos.ts';
import { fileLine, treePeer } from '../support/tree-peer.ts';

/** A clock on which the second after which a busy holder is asked again passes at once. */
const hasty: Clock = {
  now: () => systemClock.now(),
  schedule: (task, delay) => systemClock.schedule(task, delay === 1000 ? 0 : delay),
};

/** A holder of one file that is busy for so many requests of each kind. Returns how often it was asked, too. */
async function busyHolder(times: Readonly<Record<string, number>>) {
  const asked: Record<string, number> = {};
  const address = await treePeer({
    tree: [fileLine(['a'], 'a')],
    content: () => 'a',
    answer: ({ want }, socket) => {
      asked[want] = (asked[want] ?? 0) + 1;
      const isBusy = asked[want] <= (times[want] ?? 0);
      const error = { code: 'busy', message: 'later' };
      if (isBusy) socket.write(encodeTransferAnswer({ error }));
      return isBusy;
    },
  });
  return { address, asked };
}

describe('A holder that is busy', () => {
  it('is asked for its list and its packs again until it is not', async () => {
    const { address, asked } = await busyHolder({ tree: 3, pack: 3 });
    const { lost, problems, result } = await downloadPhotos({
      sources: [{ address }],
      clock: hasty,
    });
    expect([lost, problems]).toEqual([[], []]);
    expect(result).toMatchObject({ files: 1, fetchedFiles: 1 });
    expect(asked).toEqual({ tree: 4, pack: 4 });
  });

  it('is lost if it never sends a pack', async () => {
    const { address, asked } = await busyHolder({ pack: Infinity });
    const failed = downloadPhotos({ sources: [{ address }], clock: hasty });
    await expect(failed).rejects.toMatchObject({ code: 'busy' });
    expect(asked.pack).toBe(60);
  });

  it('keeps no other from sending what it would have sent', async () => {
    const { address } = await busyHolder({ pack: Infinity });
    const { server } = await servingTree({ a: 'a' });
    const sources = [{ address }, { address: server.address }];
    const { result } = await downloadPhotos({ sources, clock: hasty });
    expect(result).toMatchObject({ files: 1, problems: 0 });
  });
});

describe('In a sealed cluster', () => {
  it('a folder comes from those who have its key, and from no others', async () => {
    const key = keyOf();
    const files = { 'sub/a': 'a', large: Buffer.alloc(5 * 1024 * 1024, 'x') };
    const { server, path } = await servingTree(files, { keys: keysOf(key) });
    const sources = [{ address: server.address }];
    const { into, result } = await downloadPhotos({ sources, keys: keysOf(key) });
    expect(await holds(join(into, 'photos'))).toEqual(await holds(path));
    expect(result).toMatchObject({ files: 2, fetchedFiles: 2, problems: 0 });
    await expect(downloadPhotos({ sources })).rejects.toThrow();
    await expect(downloadPhotos({ sources, keys: keysOf(keyOf()) })).rejects.toThrow();
  });
});
