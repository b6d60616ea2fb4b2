// Syncs in the background of a download.
import type { FileHandle } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { BackgroundSync } from '../../src/storage/fsync.ts';
import { deferred, type Deferred } from '../../src/async.ts';

const enough = 32 * 1024 * 1024;

/** A file whose syncs end when a test says so. */
function slowDisk(): { readonly handle: FileHandle; readonly syncs: Deferred<undefined>[] } {
  const syncs: Deferred<undefined>[] = [];
  const datasync = (): Promise<void> => {
    const sync = deferred<undefined>();
    syncs.push(sync);
    return sync.promise;
  };
  return { handle: { datasync } as FileHandle, syncs };
}

/** Whether a promise is settled when all that waits has gone on. */
async function isOver(work: Promise<unknown>): Promise<boolean> {
  let over = false;
  const end = (): void => void (over = true);
  work.then(end, end);
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

describe('a sync in the background', () => {
  it('A sync runs each time that 32 MiB were written, one at a time', async () => {
    const { handle, syncs } = slowDisk();
    const sync = new BackgroundSync(handle);
    sync.written(enough - 1);
    expect(syncs).toHaveLength(0);
    sync.written(1);
    sync.written(3 * enough);
    expect(syncs).toHaveLength(1);
    syncs[0]!.resolve(undefined);
    await sync.idle();
    sync.written(0);
    expect(syncs).toHaveLength(2);
  });

  it('The last sync waits for the one before', async () => {
    const { handle, syncs } = slowDisk();
    const sync = new BackgroundSync(handle);
    sync.written(enough);
    const finished = sync.finish();
    expect(await isOver(finished)).toBe(false);
    expect(syncs).toHaveLength(1);
    syncs[0]!.resolve(undefined);
    expect(await isOver(finished)).toBe(false);
    syncs[1]!.resolve(undefined);
    await finished;
  });

  it('A failed sync is reported once, in the end, even if a later one succeeds', async () => {
    const { handle, syncs } = slowDisk();
    const sync = new BackgroundSync(handle);
    sync.written(enough);
    syncs[0]!.reject(new Error('EIO'));
    await sync.idle();
    sync.written(enough);
    syncs[1]!.resolve(undefined);
    await sync.idle();
    await expect(sync.finish()).rejects.toThrow('EIO');
    // The disk is not asked again after it has lost something.
    expect(syncs).toHaveLength(2);
  });
});
