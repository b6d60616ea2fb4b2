// The entries of one folder in order, in little memory: a million names are a text of their bytes, not a
// million objects.
import { compareBytes, nameBytes, type NameBytes } from './utf8-order.ts';

/** What an entry can be. The last three are not served, and nor is any entry that is not listed here. */
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

/** How many entries are sorted or merged before other work of the process may run. */
const batchSize = 10_000;

/** The entries of a folder, in the order of UTF-16 code units, each name once. */
export class Listing {
  /** Of each entry the number of its kind, and then its name in UTF-8. */
  readonly #bytes: Buffer;
  /** Where each entry begins, and at last where the last one ends. */
  readonly #starts: Uint32Array;
  /** Whether the folder may not be read: it counts as empty. */
  readonly isUnreadable: boolean;

  /** Use {@link ListingBuilder}. */
  constructor(bytes: Buffer, starts: Uint32Array, isUnreadable = false) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.isUnreadable = isUnreadable;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#starts.length - 1;
  }

  nameAt(position: number): string {
    return this.#bytes.toString('utf8', this.#starts[position]! + 1, this.#starts[position + 1]);
  }

  kindAt(position: number): EntryKind {
    return entryKinds[this.#bytes[this.#starts[position]!]!]!;
  }

  /** Whether an entry is a file that is served by its name alone. */
  isFileAt(position: number): boolean {
    const code = this.#bytes[this.#starts[position]!]!;
    return code === fileCode || code === linkedFileCode;
  }

  /** How many entries are of a kind. */
  count(kind: EntryKind): number {
    let count = 0;
    for (let at = 0; at < this.size; at += 1) if (this.kindAt(at) === kind) count += 1;
    return count;
  }

  /** The position of the first entry whose name comes after a name. */
  firstAfter(name: string): number {
    return this.#search(nameBytes(name), true);
  }

  /** The position of the entry with a name; `undefined` if there is none. */
  find(name: string): number | undefined {
    const wanted = nameBytes(name);
    const position = this.#search(wanted, false);
    return position < this.size && this.#compare(position, wanted) === 0 ? position : undefined;
  }

  #search(name: NameBytes, isAfter: boolean): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, name);
      if (order < 0 || (isAfter && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compare(position: number, { bytes, start, end }: NameBytes): number {
    const starts = this.#starts;
    const [from, to] = [starts[position]! + 1, starts[position + 1]!];
    return compareBytes(this.#bytes, from, to, bytes, start, end);
  }
}

/** Gathers the entries of a folder in any order. */
export class ListingBuilder {
  #bytes: Buffer = Buffer.alloc(1024);
  #end = 0;
  #starts = new Uint32Array(64);
  #size = 0;
  /** The positions of the entries in order. */
  #order: Uint32Array | undefined;

  /** Adds an entry with a name that no other one has. */
  add(name: string, kind: EntryKind): void {
    // No character of a text has more than three bytes for each of its code units.
    if (this.#end + 1 + name.length * 3 > this.#bytes.length) this.#bytes = this.#grown(name);
    if (this.#size + 1 === this.#starts.length) {
      const starts = new Uint32Array(this.#starts.length * 2);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    this.#bytes[this.#end] = entryKinds.indexOf(kind);
    this.#end += 1 + this.#bytes.write(name, this.#end + 1);
    this.#size += 1;
    this.#starts[this.#size] = this.#end;
    this.#order = undefined;
  }

  #grown(name: string): Buffer {
    const bytes = Buffer.alloc(this.#bytes.length * 2 + name.length * 3);
    bytes.set(this.#bytes.subarray(0, this.#end));
    return bytes;
  }

  /** Sorts the entries, with a break for each 10,000: a million take a second. */
  *sorting(): Generator<undefined> {
    const size = this.#size;
    let order = Uint32Array.from({ length: size }, (_, position) => position);
    let merged = new Uint32Array(size);
    let done = 0;
    for (let width = 1; width < size; width *= 2) {
      for (let left = 0; left < size; left += 2 * width) {
        const middle = Math.min(left + width, size);
        const right = Math.min(middle + width, size);
        let [one, other] = [left, middle];
        for (let at = left; at < right; at += 1) {
          const isLeft =
            other === right || (one < middle && this.#comesFirst(order[one]!, order[other]!));
          merged[at] = order[isLeft ? one++ : other++]!;
          if ((done += 1) % batchSize === 0) yield;
        }
      }
      [order, merged] = [merged, order];
    }
    this.#order = order;
  }

  /** The entries that were added. */
  finish(isUnreadable = false): Listing {
    if (!this.#order) Array.from(this.sorting());
    const bytes = Buffer.allocUnsafeSlow(this.#end);
    const starts = new Uint32Array(this.#size + 1);
    let end = 0;
    for (let at = 0; at < this.#size; at += 1) {
      const position = this.#order![at]!;
      const part = this.#bytes.subarray(this.#starts[position], this.#starts[position + 1]);
      bytes.set(part, end);
      end += part.length;
      starts[at + 1] = end;
    }
    return new Listing(bytes, starts, isUnreadable);
  }

  #comesFirst(one: number, other: number): boolean {
    const [bytes, starts] = [this.#bytes, this.#starts];
    const [from, to] = [starts[one]! + 1, starts[one + 1]!];
    return compareBytes(bytes, from, to, bytes, starts[other]! + 1, starts[other + 1]!) <= 0;
  }
}
