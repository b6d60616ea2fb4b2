// Writes small files of a tree whose content has come: verified, whole, and never over another file.
import { open } from 'node:fs/promises';
import { checkTreePath } from '@peerlane/protocol';
import { asError } from '../hashing/system-failure.ts';
import type { Written } from '../hashing/write-work.ts';
import { unlink } from '../leftovers/while-busy.ts';
import { isOutOfSpace } from '../paths/out-of-space.ts';
import { syncFile } from '../paths/sync-folder.ts';
import { onDisk } from '../storage/disk-error.ts';
import { batches } from './compare-files.ts';
import { giveTreeName, type Placement, type TreeNaming } from './give-tree-name.ts';
import { inFolders } from './in-folders.ts';
import type { TreeFolders } from './tree-folders.ts';
import {
  nameFiles,
  writeFiles,
  type HiddenFile,
  type Located,
  type ReceivedFile,
  type WriteOptions,
} from './write-files.ts';

/** How files are placed. */
export interface PlaceOptions extends WriteOptions, TreeNaming {
  readonly folders: TreeFolders;
}

/**
 * Places files, each whole or not at all.
 *
 * @throws TransferError `no-space`; Error if the hasher is closed; the reason of an aborted signal
 */
export async function placeFiles(
  files: readonly ReceivedFile[],
  options: PlaceOptions,
): Promise<readonly Placement[]> {
  const { folders, disk } = options;
  for (const { entry } of files) checkTreePath(entry.path);
  const placed = await onDisk(
    disk.root.path,
    options.signal,
    inFolders(
      files,
      ({ entry }) => entry,
      { folders, makes: true },
      (error) => failed(error),
      async (located) => {
        const work = [...batches(located)].map(([first, end]) =>
          placeBatch(located.slice(first, end), options),
        );
        const results: Placement[] = [];
        for (const result of await Promise.allSettled(work)) {
          if (result.status === 'rejected') throw result.reason;
          results.push(...result.value);
        }
        return results;
      },
    ),
  );
  for (const placement of placed)
    if (placement.state === 'failed' && isOutOfSpace(placement.error))
      await onDisk(disk.root.path, options.signal, Promise.reject(placement.error));
  return placed;
}

async function placeBatch(
  files: readonly Located[],
  options: PlaceOptions,
): Promise<readonly Placement[]> {
  options.signal?.throwIfAborted();
  const first = await writeFiles(files, options);
  const hidden = files.map((file, index) => ({ file, ...first[index]! }));
  const again = hidden.filter(({ written }) => isHiddenGone(written));
  if (again.length > 0) {
    await options.disk.renewHidden();
    const second = await writeFiles(
      again.map(({ file }) => file),
      options,
    );
    for (const [at, each] of again.entries()) Object.assign(each, second[at]!);
  }
  if (options.sync) await syncAndName(hidden, options);
  return await Promise.all(hidden.map((each) => settle(each, options)));
}

/** Another process removes hidden folders that it finds empty. */
function isHiddenGone(written: Written): boolean {
  return written.state === 'failed' && written.failure.code === 'ENOENT';
}

/** Syncs all files of a hand-over at once: the disk has to be waited for about once then. */
async function syncAndName(files: readonly HiddenFile[], options: PlaceOptions): Promise<void> {
  const { disk } = options;
  const held = files.filter(({ written }) => written.state === 'unnamed');
  const synced = await Promise.allSettled(
    held.map(({ hiddenName }) => syncHidden(disk.hidden.at(hiddenName))),
  );
  const whole: HiddenFile[] = [];
  for (const [at, each] of held.entries()) {
    const sync = synced[at]!;
    if (sync.status === 'fulfilled') whole.push(each);
    else {
      each.written = { state: 'failed', failure: sync.reason as Error };
      await unlink(disk.hidden.at(each.hiddenName)).catch(() => undefined);
    }
  }
  const named = await nameFiles(whole, options);
  for (const [at, each] of whole.entries()) each.written = named[at]!;
}

async function syncHidden(path: string): Promise<void> {
  await using handle = await open(path, 'r+');
  await syncFile(handle);
}

async function settle(
  { file, hiddenName, written }: HiddenFile,
  options: PlaceOptions,
): Promise<Placement> {
  if (written.state === 'failed') return failed(asError(written.failure));
  if (written.state === 'wrong') return { state: 'wrong' };
  if (written.state === 'placed') {
    file.lease.named();
    return { state: 'placed', created: true };
  }
  const { disk, existing, signal } = options;
  return await giveTreeName(hiddenName, file, { disk, existing, signal });
}

function failed(error: unknown): Placement {
  return { state: 'failed', error: error as Error };
}
