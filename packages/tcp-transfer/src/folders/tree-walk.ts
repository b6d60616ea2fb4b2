// Walks through a served folder for a client: entries that it could not ask for are left out.
import { maxTreeDepth, maxTreePathBytes } from '@peerlane/protocol';
import type { FolderEntry, ServedFolder } from '../sharing/served-folders.ts';

/** The longest name: its bytes in UTF-8, and in JSON, in which a control character takes six. */
const [longestName, longestNameInJson] = [765, 1533];

/** The entries of a served folder, in order. */
export class TreeWalk {
  readonly #folder: ServedFolder;
  readonly #room: number;
  #after: readonly string[] | undefined;
  #isOver = false;

  /**
   * @param after the path after which the walk begins; `undefined` for the beginning
   * @param room how many bytes a path may take in a line of JSON
   */
  constructor(folder: ServedFolder, after: readonly string[] | undefined, room: number) {
    this.#folder = folder;
    this.#after = after;
    this.#room = room;
  }

  /**
   * The next entries, at most `count`; none at the end. A folder whose entries could have no path that can be sent is
   * `unnamable`, and they do not come.
   */
  async next(count: number): Promise<readonly FolderEntry[]> {
    const entries: FolderEntry[] = [];
    while (entries.length === 0 && !this.#isOver) {
      // One entry more shows whether a folder is empty.
      const found = await this.#folder.entriesAfter(this.#after, count + 1);
      this.#isOver = found.length <= count;
      this.#after = found[Math.min(found.length, count) - 1]?.path;
      for (const [index, entry] of found.slice(0, count).entries()) {
        if (this.#isTooLong(entry.path, entry.path.length - 1)) continue;
        const isLost =
          isInside(found[index + 1], entry) && this.#isTooLong(entry.path, entry.path.length);
        entries.push(isLost ? { path: entry.path, kind: 'omitted', reason: 'unnamable' } : entry);
      }
    }
    return entries;
  }

  /** Whether the path of something in a folder, which has the first names of a path, could be too long. */
  #isTooLong(path: readonly string[], depth: number): boolean {
    if (depth >= maxTreeDepth) return true;
    let codeUnits = 0;
    for (let at = 0; at < depth; at += 1) codeUnits += path[at]!.length + 3;
    // The bytes are counted only where they can be too many.
    if (codeUnits * 6 + longestNameInJson <= Math.min(this.#room, maxTreePathBytes)) return false;
    const folder = path.slice(0, depth);
    return (
      Buffer.byteLength(folder.join('/')) + 1 + longestName > maxTreePathBytes ||
      Buffer.byteLength(JSON.stringify(folder)) + longestNameInJson > this.#room
    );
  }
}

function isInside(entry: FolderEntry | undefined, folder: FolderEntry): boolean {
  const { path } = folder;
  if (entry?.path.length !== path.length + 1) return false;
  return path.every((name, index) => entry.path[index] === name);
}
