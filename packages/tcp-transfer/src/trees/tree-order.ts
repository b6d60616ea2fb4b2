// Refuses a tree whose entries do not come in the order of a walk: so none goes on for ever. Pure.
import {
  compareTreePaths,
  maxTreeEntries,
  type TreeEntry,
  type TreePath,
} from '@peerlane/protocol';
import { TransferError } from '../transfer-error.ts';

/** The folder of a tree that a walk is in, and those above it. */
interface OpenFolder {
  readonly name: string;
  readonly isUsable: boolean;
}

/** Follows a walk through a tree. */
export class TreeOrder {
  #last: TreePath | undefined;
  readonly #folders: OpenFolder[] = [];
  #entries = 0;

  /**
   * The next entry.
   *
   * @returns whether all folders that it is in are usable
   * @throws TransferError `bad-answer` if it does not come after the one before, if its folder was not
   * listed, or if there are too many
   * @see docs/protocol.md, "Tree"
   */
  follow({ path }: TreeEntry): boolean {
    if (this.#last && compareTreePaths(this.#last, path) >= 0)
      throw bad("the entries of the peer's tree are not in order");
    this.#last = path;
    this.#entries += 1;
    if (this.#entries > maxTreeEntries)
      throw bad(`the peer's tree has more than ${maxTreeEntries} entries`);
    const depth = path.length - 1;
    for (let at = 0; at < depth; at += 1)
      if (this.#folders[at]?.name !== path[at])
        throw bad("the peer's tree has an entry in a folder that it does not list");
    this.#folders.length = depth;
    return this.#folders[depth - 1]?.isUsable ?? true;
  }

  /** The entry that was followed last is a folder; what is in it comes next. */
  enter(isUsable: boolean): void {
    this.#folders.push({ name: this.#last!.at(-1)!, isUsable });
  }
}

function bad(message: string): TransferError {
  return new TransferError('bad-answer', message);
}
