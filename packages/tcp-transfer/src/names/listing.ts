// The entries of one folder in order, in little memory: a million names are one text of bytes, not a million
// objects.
import { compareBytes, nameBytes, nameText, type NameBytes } from './utf8-order.ts';

/** What an entry can be. Only a file and a folder are served as parts of a folder. */
export const entryKinds = [
  'file',
  /** A symbolic link to a file that is served under the name of the link. */
  'linkedFile',
  'folder',
  'link',
  'special',
  /** Its name is no text: U+FFFD stands for what is none. */
  'unnamable',
] as const;

/** One of {@link entryKinds}. */
export type EntryKind = (typeof entryKinds)[number];

const fileCode = entryKinds.indexOf('file');
const linkedFileCode = entryKinds.indexOf('linkedFile');

/** What a listing is made of. */
export interface ListingParts {
  /** Of each entry the number of its kind, and then its name in UTF-8. */
  readonly bytes: Buffer;
  /** Where each entry begins, and at last where the last one ends. */
  readonly starts: Uint32Array;
  /** Whether all names are in Unicode's composed form (NFC), as most are. */
  readonly isComposed: boolean;
  /** Whether the folder may not be read: it counts as empty. */
  readonly isUnreadable: boolean;
}

/** The entries of a folder, in the order of UTF-16 code units, each name once. */
export class Listing {
  readonly #parts: ListingParts;
  /** The positions of the files whose names are not in composed form, by that form. */
  #odd: ReadonlyMap<string, readonly number[]> | undefined;

  /** Use {@link ListingBuilder}. */
  constructor(parts: ListingParts) {
    this.#parts = parts;
  }

  get isComposed(): boolean {
    return this.#parts.isComposed;
  }

  get isUnreadable(): boolean {
    return this.#parts.isUnreadable;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#parts.starts.length - 1;
  }

  nameAt(position: number): string {
    const { bytes, starts } = this.#parts;
    return bytes.toString('utf8', starts[position]! + 1, starts[position + 1]);
  }

  /** Points at the name of an entry. */
  readName(position: number, into: NameBytes): NameBytes {
    const { bytes, starts } = this.#parts;
    into.bytes = bytes;
    into.start = starts[position]! + 1;
    into.end = starts[position + 1]!;
    return into;
  }

  kindAt(position: number): EntryKind {
    return entryKinds[this.#codeAt(position)]!;
  }

  /** Whether an entry is a file that is served by its name alone. */
  isFileAt(position: number): boolean {
    const code = this.#codeAt(position);
    return code === fileCode || code === linkedFileCode;
  }

  hasFiles(): boolean {
    for (let at = 0; at < this.size; at += 1) if (this.isFileAt(at)) return true;
    return false;
  }

  /** How many entries are files that are served by their names. */
  fileCount(): number {
    return this.count('file') + this.count('linkedFile');
  }

  /** How many entries are of a kind. */
  count(kind: EntryKind): number {
    const code = entryKinds.indexOf(kind);
    let count = 0;
    for (let at = 0; at < this.size; at += 1) if (this.#codeAt(at) === code) count += 1;
    return count;
  }

  /** The position of the first entry whose name comes after a name. */
  firstAfter(name: string): number {
    return this.#search(nameBytes(name), true);
  }

  /** The position of the entry with a name; `undefined` if there is none. */
  find(name: string): number | undefined {
    return this.#find(nameBytes(name));
  }

  /** The positions of the files whose names have a composed form. */
  filesCalled(name: NameBytes): readonly number[] {
    const position = this.#find(name);
    const exact = position !== undefined && this.isFileAt(position) ? [position] : [];
    if (this.isComposed) return exact;
    const odd = this.#oddFiles().get(nameText(name)) ?? [];
    return [...odd, ...exact].sort((one, other) => one - other);
  }

  /** Whether it is the same as another listing. */
  equals(other: Listing): boolean {
    const { bytes, starts, isUnreadable } = other.#parts;
    if (this.isUnreadable !== isUnreadable || this.size !== other.size) return false;
    if (!this.#parts.bytes.equals(bytes)) return false;
    return this.#parts.starts.every((start, at) => start === starts[at]);
  }

  /** Compares the name of an entry with a name. */
  compareAt(position: number, { bytes, start, end }: NameBytes): number {
    const { starts } = this.#parts;
    const [from, to] = [starts[position]! + 1, starts[position + 1]!];
    return compareBytes(this.#parts.bytes, from, to, bytes, start, end);
  }

  #codeAt(position: number): number {
    return this.#parts.bytes[this.#parts.starts[position]!]!;
  }

  #find(name: NameBytes): number | undefined {
    const position = this.#search(name, false);
    return position < this.size && this.compareAt(position, name) === 0 ? position : undefined;
  }

  #search(name: NameBytes, isAfter: boolean): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.compareAt(middle, name);
      if (order < 0 || (isAfter && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #oddFiles(): ReadonlyMap<string, readonly number[]> {
    if (this.#odd) return this.#odd;
    const odd = new Map<string, number[]>();
    for (let at = 0; at < this.size; at += 1) {
      const name = this.nameAt(at);
      const key = name.normalize('NFC');
      if (key === name || !this.isFileAt(at)) continue;
      const positions = odd.get(key);
      if (positions) positions.push(at);
      else odd.set(key, [at]);
    }
    return (this.#odd = odd);
  }
}

/** The positions of the files, or of the folders, in a listing that are not in another one. */
export function* missing(
  from: Listing,
  other: Listing,
  kind: 'file' | 'folder',
): Generator<number> {
  const name = nameBytes('');
  let there = 0;
  for (let at = 0; at < from.size; at += 1) {
    if (!isOf(from, at, kind)) continue;
    from.readName(at, name);
    while (there < other.size && other.compareAt(there, name) < 0) there += 1;
    const isThere = there < other.size && other.compareAt(there, name) === 0;
    if (!isThere || !isOf(other, there, kind)) yield at;
  }
}

function isOf(listing: Listing, position: number, kind: 'file' | 'folder'): boolean {
  return kind === 'file' ? listing.isFileAt(position) : listing.kindAt(position) === kind;
}
