// Writes small files of a tree whose content has come: verified, whole, and never over another file.
import { fdatasync } from 'node:fs';
import { promisify } from 'node:util';
import { checkTreePath } from '@peerlane/protocol';
import { asError, type Written } from '../hashing/file-work.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { ownIdentity } from '../leftovers/process-identity.ts';
import { unfinishedPrefix } from '../leftovers/unfinished-name.ts';
import { isOutOfSpace } from '../paths/out-of-space.ts';
import { syncFile } from '../paths/sync-folder.ts';
import { onDisk } from '../storage/disk-error.ts';
import type { Existing } from '../storage/place-file.ts';
import { batches } from './compare-files.ts';
import { contentDigest, fileTime } from './file-content.ts';
import { giveTreeName } from './give-tree-name.ts';
import { inFolders, type LocatedFile } from './in-folders.ts';
import type { TreeDisk } from './tree-disk.ts';
import type { TreeFolders } from './tree-folders.ts';
import type { Placement, ReceivedFile } from './tree-target-types.ts';

const syncBytes = promisify(fdatasync);

/** How files are placed. */
export interface PlaceOptions {
  readonly disk: TreeDisk;
  readonly folders: TreeFolders;
  readonly hasher: PieceHasher;
  readonly existing: Existing | 'skip';
  /** Whether files are synced to disk before they get their names. */
  readonly sync: boolean;
  readonly signal?: AbortSignal | undefined;
}

type Located = LocatedFile<ReceivedFile>;

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
  const written = [...(await write(files, options))];
  const again = files.filter((_, index) => isHiddenGone(written[index]!));
  if (again.length > 0) {
    await options.disk.renewHidden();
    const second = await write(again, options);
    for (const [at, file] of again.entries()) written[files.indexOf(file)] = second[at]!;
  }
  const named = options.sync ? await syncAndName(files, written, options) : written;
  return await Promise.all(files.map((file, index) => settle(file, named[index]!, options)));
}

function write(
  files: readonly Located[],
  { disk, hasher, sync }: PlaceOptions,
): Promise<readonly Written[]> {
  return hasher.workOnFiles<'write'>({
    work: 'write',
    hidden: disk.hidden.anchor,
    prefix: unfinishedPrefix(ownIdentity()),
    isHeld: sync,
    files: files.map(({ item: { content }, entry, name, lease }) => ({
      ...contentDigest(entry),
      ...{ content, name },
      folder: lease.folder.anchor,
      time: fileTime(entry),
      exec: entry.exec === true,
    })),
  });
}

/** Another process removes hidden folders that it finds empty. */
function isHiddenGone(written: Written): boolean {
  return written.state === 'failed' && written.failure.code === 'ENOENT';
}

/** Syncs all files of a hand-over at once: the disk has to be waited for about once then. */
async function syncAndName(
  files: readonly Located[],
  written: readonly Written[],
  { disk, hasher }: PlaceOptions,
): Promise<readonly Written[]> {
  const results = [...written];
  const held: { readonly index: number; readonly hiddenName: string; readonly fd: number }[] = [];
  for (const [index, { ...each }] of written.entries())
    if (each.state === 'unnamed') held.push({ index, hiddenName: each.hiddenName, fd: each.fd! });
  const synced = await Promise.allSettled(
    held.map(({ fd }) => syncFile({ datasync: () => syncBytes(fd) })),
  );
  const named = await hasher.workOnFiles<'name'>({
    work: 'name',
    hidden: disk.hidden.anchor,
    files: held.map(({ index, hiddenName, fd }, at) => ({
      ...{ hiddenName, fd },
      folder: files[index]!.lease.folder.anchor,
      name: files[index]!.name,
      isLost: synced[at]!.status === 'rejected',
    })),
  });
  for (const [at, { index }] of held.entries()) {
    const sync = synced[at]!;
    results[index] =
      sync.status === 'rejected' ? { state: 'failed', failure: sync.reason as Error } : named[at]!;
  }
  return results;
}

async function settle(file: Located, written: Written, options: PlaceOptions): Promise<Placement> {
  if (written.state === 'failed') return failed(asError(written.failure));
  if (written.state === 'wrong') return { state: 'wrong' };
  if (written.state === 'placed') {
    file.lease.named();
    return { state: 'placed', created: true };
  }
  const { disk, existing, signal } = options;
  return await giveTreeName(written.hiddenName, file, { disk, existing, signal });
}

function failed(error: unknown): Placement {
  return { state: 'failed', error: error as Error };
}
