// Writes small files of a tree whose content has come: verified, whole, and never over another file.
import { open } from 'node:fs/promises';
import { unlink } from '../leftovers/while-busy.ts';
import { isOutOfSpace } from '../paths/out-of-space.ts';
import { syncFile } from '../paths/sync-folder.ts';
import { onDisk } from '../storage/disk-error.ts';
import { giveTreeName, type Placement, type TreeNaming } from './give-tree-name.ts';
import { handOvers } from '../hashing/hand-overs.ts';
import { checkPaths, inFolders } from './in-folders.ts';
import type { TreeFolders } from './tree-folders.ts';
import {
  nameFiles,
  writeFiles,
  type Located,
  type ReceivedFile,
  type WriteOptions,
  type Written,
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
  checkPaths(files, ({ entry }) => entry);
  const placed = await onDisk(
    disk.root.path,
    options.signal,
    inFolders(
      files,
      ({ entry }) => entry,
      { folders, makes: true },
      (error) => failed(error),
      async (located) => {
        const work = [...handOvers(located, options.hasher.threads)].map(([first, end]) =>
          placeTogether(located.slice(first, end), options),
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

const placed: Placement = { state: 'placed', created: true };
const wrong: Placement = { state: 'wrong' };

async function placeTogether(
  files: readonly Located[],
  options: PlaceOptions,
): Promise<readonly Placement[]> {
  options.signal?.throwIfAborted();
  const written = await writeFiles(files, options);
  const again = placesIn(written, isHiddenGone);
  if (again.length > 0) {
    await options.disk.renewHidden();
    const second = await writeFiles(
      again.map((index) => files[index]!),
      options,
    );
    for (const [at, index] of again.entries()) written[index] = second[at]!;
  }
  if (options.sync) await syncAndName(files, written, options);
  const placements: Placement[] = [];
  const naming: Promise<void>[] = [];
  for (const [index, each] of written.entries()) {
    const file = files[index]!;
    if (each.state === 'placed') file.lease.named();
    if (each.state === 'unnamed')
      naming.push(
        giveTreeName(each.hiddenName, file, options).then((placement) => {
          placements[index] = placement;
        }),
      );
    else placements[index] = placementOf(each);
  }
  await Promise.all(naming);
  return placements;
}

function placementOf(written: Exclude<Written, { state: 'unnamed' }>): Placement {
  if (written.state === 'failed') return written;
  return written.state === 'placed' ? placed : wrong;
}

/** Another process removes hidden folders that it finds empty. */
function isHiddenGone(written: Written): boolean {
  return written.state === 'failed' && (written.error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Syncs all files of a hand-over at once: the disk has to be waited for about once then. */
async function syncAndName(
  files: readonly Located[],
  written: Written[],
  options: PlaceOptions,
): Promise<void> {
  const { disk } = options;
  const whole: number[] = [];
  const hiddenNames: string[] = [];
  await Promise.all(
    written.map(async (each, index) => {
      if (each.state !== 'unnamed') return;
      try {
        await syncHidden(disk.hidden.at(each.hiddenName));
        whole.push(index);
        hiddenNames.push(each.hiddenName);
      } catch (error) {
        written[index] = { state: 'failed', error: error as Error };
        await unlink(disk.hidden.at(each.hiddenName)).catch(() => undefined);
      }
    }),
  );
  const located = whole.map((index) => files[index]!);
  const named = await nameFiles(located, hiddenNames, options);
  for (const [at, index] of whole.entries()) written[index] = named[at]!;
}

async function syncHidden(path: string): Promise<void> {
  await using handle = await open(path, 'r+');
  await syncFile(handle);
}

function placesIn<T>(list: readonly T[], isWanted: (item: T) => boolean): readonly number[] {
  return [...list.keys()].filter((index) => isWanted(list[index]!));
}

function failed(error: unknown): Placement {
  return { state: 'failed', error: error as Error };
}
