// Files of a tree that are on the disk already, in another place of the same folder: copied, not fetched.
import type { TreeFile } from '@peerlane/protocol';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { Existing } from '../storage/place-file.ts';
import type { TreeDisk } from './tree-disk.ts';
import type { TreeFolders } from './tree-folders.ts';

/** The options of {@link LocalCopies}. */
export interface LocalCopiesOptions {
  readonly disk: TreeDisk;
  readonly folders: TreeFolders;
  readonly hasher: PieceHasher;
  readonly existing: Existing | 'skip';
  readonly sync: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Knows which contents are in a folder. */
export class LocalCopies {
  constructor(_options: LocalCopiesOptions) {}

  /** A file of a tree is on the disk under its name. */
  add(_entry: TreeFile): void {}

  copy(_entry: TreeFile): Promise<boolean> {
    return Promise.resolve(false);
  }
}
