// Decides which entries of a tree can be written here, and says why the others cannot.
import {
  checkTreePath,
  ProtocolError,
  shownText,
  type TreeEntry,
  type TreeFile,
  type TreeFolder,
  type TreePath,
} from '@peerlane/protocol';
import { checkTargetName } from '../storage/target-name.ts';
import { NameSet } from './name-set.ts';
import { TreeOrder } from './tree-order.ts';

/** An entry that is not written. */
export interface RefusedEntry {
  /** Data from the network: not safe to print. */
  readonly path: TreePath;
  readonly kind: 'omitted' | 'bad-name' | 'clash';
  /** For people, safe to print. */
  readonly reason: string;
}

/** An entry that can be written, or is refused. */
export type CheckedEntry = TreeFile | TreeFolder | RefusedEntry;

/** By words from the network: an object would have an answer to `constructor`, too. */
const omissions: ReadonlyMap<string, string> = new Map([
  ['link', 'a symbolic link'],
  ['special', 'neither a file nor a folder'],
  ['unreadable', 'the holder may not read it'],
  ['unnamable', 'its name is not text'],
  ['changing', 'it is being written to'],
]);

/** Checks the entries of a tree, in order. */
export class TreeCheck {
  readonly #order = new TreeOrder();
  readonly #names = new NameSet();

  /**
   * The next entry; `undefined` if it is in a folder that was refused.
   *
   * @throws TransferError `bad-answer` if the entries are no tree
   * @see docs/protocol.md, "Tree"
   */
  check(entry: TreeEntry): CheckedEntry | undefined {
    const isWithin = this.#order.follow(entry);
    const checked = isWithin ? this.#checked(entry) : undefined;
    if (entry.kind === 'folder') this.#order.enter(checked === entry);
    return checked;
  }

  #checked(entry: TreeEntry): CheckedEntry {
    const { path, kind } = entry;
    if (kind === 'omitted') {
      const reason = omissions.get(entry.reason) ?? `the holder says: ${shownText(entry.reason)}`;
      return { path, kind, reason };
    }
    const fault = nameFault(path);
    if (fault !== undefined) return { path, kind: 'bad-name', reason: fault };
    if (this.#names.add(path)) return entry;
    const reason = 'another entry has the same name but for the case or the form of its letters';
    return { path, kind: 'clash', reason };
  }
}

function nameFault(path: TreePath): string | undefined {
  try {
    // The folders above it were checked before.
    checkTreePath(path, path.length - 1);
    checkTargetName({ filename: path.at(-1)! });
    return undefined;
  } catch (error) {
    if (!ProtocolError.is(error)) throw error;
    return error.message;
  }
}
