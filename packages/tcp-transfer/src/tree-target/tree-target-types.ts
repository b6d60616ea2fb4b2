// What the download of a folder does with the disk: the types between the two.
import type { TreeFile } from '@peerlane/protocol';

/** How a local file compares with an entry of a tree. */
export type Comparison =
  /** Its content is the same; its time and executable bit are those of the entry now. */
  | { readonly state: 'same' }
  | { readonly state: 'missing' }
  /** Something else has the name. */
  | { readonly state: 'other' };

/** A small file whose content has come, all of it. */
export interface ReceivedFile {
  readonly entry: TreeFile;
  /** Its content in one or several parts; they stay in place until `place` resolves. */
  readonly content: readonly Uint8Array<SharedArrayBuffer>[];
}

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
