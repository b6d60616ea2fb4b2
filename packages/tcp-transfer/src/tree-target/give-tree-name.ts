// Names a hidden file whose name a simple link did not get: it may be taken, or the disk has no links.
import type { Stats } from 'node:fs';
import { mayChange } from '../leftovers/ownership.ts';
import { unlink } from '../leftovers/while-busy.ts';
import { sameContent } from '../paths/same-content.ts';
import { placeFile, type Existing } from '../storage/place-file.ts';
import { TransferError } from '../transfer-error.ts';
import { isMisspelt } from './spelling.ts';
import type { TreeDisk } from './tree-disk.ts';
import type { FolderLease } from './tree-folders.ts';

/** What became of a received file. */
export type Placement =
  | {
      readonly state: 'placed';
      /** False if a file of the same content had the name. */
      readonly created: boolean;
    }
  /** Its content is not that of the entry: nothing was written. */
  | { readonly state: 'wrong' }
  /** It was left out because something has its name. */
  | { readonly state: 'exists' }
  | {
      /** It cannot be written; the disk being full is thrown instead. */
      readonly state: 'failed';
      readonly error: Error;
    };

/** How a file of a tree gets its name. */
export interface TreeNaming {
  readonly disk: TreeDisk;
  readonly existing: Existing | 'skip';
  readonly signal?: AbortSignal | undefined;
}

/** Names a finished file in the hidden folder, by all ways that there are, and removes its hidden name. */
export async function giveTreeName(
  hiddenName: string,
  { name, lease }: { readonly name: string; readonly lease: FolderLease },
  { disk, existing, signal }: TreeNaming,
): Promise<Placement> {
  const { folder } = lease;
  const from = disk.hidden.at(hiddenName);
  const stays = existing === 'skip' || existing === 'refuse';
  try {
    if (disk.habits.folds && (await isMisspelt(folder, name))) return { state: 'exists' };
    const isTrusted = (status: Stats): boolean => !mayChange(status, folder);
    if (stays && (await sameContent(from, folder.at(name), isTrusted, signal)))
      return { state: 'placed', created: false };
    const how = { name, existing: stays ? 'refuse' : existing, signal } as const;
    const { created } = await placeFile(from, folder, how);
    if (created) lease.named();
    return { state: 'placed', created };
  } catch (error) {
    signal?.throwIfAborted();
    if (TransferError.is(error) && error.code === 'exists') return { state: 'exists' };
    return { state: 'failed', error: error as Error };
  } finally {
    await unlink(from).catch(() => undefined);
  }
}
