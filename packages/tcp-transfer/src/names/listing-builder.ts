// Puts the entries of a folder in order.
import { entryKinds, Listing, type EntryKind } from './listing.ts';
import { compareBytes } from './utf8-order.ts';

/** How many entries are sorted or merged before other work of the process may run. */
const batchSize = 10_000;

/**
 * How long the pieces of memory are into which entries are written, in bytes. One large piece that grows would
 * be copied, and much of what it leaves behind is never given back to the system.
 */
const chunkBits = 16;
const chunkSize = 2 ** chunkBits;

/** Chunks that are free to be used again: a folder seldom needs more than one. */
const spare: Buffer[] = [];

/** How many chunks are kept at most. */
const maxSpare = 32;

/** How many bytes stand ahead of each name: its kind, and its length in two bytes. */
const headLength = 3;

/** Gathers the entries of a folder in any order. */
export class ListingBuilder {
  readonly #chunks: Buffer[] = [];
  /** Where the entries of each full chunk end. */
  readonly #ends: number[] = [];
  /** Where the next entry begins in the last chunk. */
  #end = chunkSize;
  #size = 0;
  #nameLength = 0;
  #isComposed = true;
  /** Where the entries are, in order. */
  #order: Uint32Array | undefined;

  /** Adds an entry with a name that no other one has, of well-formed Unicode and at most 1,024 code units. */
  add(name: string, kind: EntryKind): void {
    // No character of a text has more than three bytes for each of its code units.
    if (this.#end + headLength + name.length * 3 > chunkSize) {
      if (this.#chunks.length > 0) this.#ends.push(this.#end);
      this.#chunks.push(spare.pop() ?? Buffer.allocUnsafeSlow(chunkSize));
      this.#end = 0;
    }
    const chunk = this.#chunks.at(-1)!;
    const length = chunk.write(name, this.#end + headLength);
    chunk[this.#end] = entryKinds.indexOf(kind);
    chunk.writeUInt16LE(length, this.#end + 1);
    this.#isComposed &&= length === name.length || name.normalize() === name;
    this.#end += headLength + length;
    this.#nameLength += length;
    this.#size += 1;
  }

  /** Sorts the entries, with a break for each 10,000: a million take a second. */
  *sorting(): Generator<undefined, void> {
    const size = this.#size;
    let order: Uint32Array = this.#places();
    let merged: Uint32Array = new Uint32Array(size);
    let done = 0;
    for (let width = 1; width < size; width *= 2) {
      for (let left = 0; left < size; left += 2 * width) {
        const middle = Math.min(left + width, size);
        const right = Math.min(middle + width, size);
        let one = left;
        let other = middle;
        // Many systems list names in order.
        if (other < right && this.#comesFirst(order[other - 1]!, order[other]!)) {
          merged.set(order.subarray(left, right), left);
          continue;
        }
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

  /** The entries that were added; nothing can be added any more. */
  finish(isUnreadable = false): Listing {
    if (!this.#order) Array.from(this.sorting());
    const bytes = Buffer.allocUnsafeSlow(this.#size + this.#nameLength);
    const starts = new Uint32Array(this.#size + 1);
    let end = 0;
    for (let at = 0; at < this.#size; at += 1) {
      const place = this.#order![at]!;
      const chunk = this.#chunks[place >>> chunkBits]!;
      const start = place & (chunkSize - 1);
      bytes[end] = chunk[start]!;
      end += 1 + chunk.copy(bytes, end + 1, start + headLength, endOfName(chunk, start));
      starts[at + 1] = end;
    }
    spare.push(...this.#chunks.splice(0, maxSpare - spare.length));
    return new Listing({ bytes, starts, isComposed: this.#isComposed, isUnreadable });
  }

  /** Where the entries are, in the order in which they came: the number of the chunk, and the place in it. */
  #places(): Uint32Array {
    const places = new Uint32Array(this.#size);
    let [number, start] = [0, 0];
    for (let at = 0; at < this.#size; at += 1) {
      places[at] = number * chunkSize + start;
      start = endOfName(this.#chunks[number]!, start);
      if (start === this.#ends[number]) [number, start] = [number + 1, 0];
    }
    return places;
  }

  #comesFirst(one: number, other: number): boolean {
    const chunk = this.#chunks[one >>> chunkBits]!;
    const otherChunk = this.#chunks[other >>> chunkBits]!;
    const start = one & (chunkSize - 1);
    const otherStart = other & (chunkSize - 1);
    const end = endOfName(chunk, start);
    const otherEnd = endOfName(otherChunk, otherStart);
    const [name, otherName] = [start + headLength, otherStart + headLength];
    return compareBytes(chunk, name, end, otherChunk, otherName, otherEnd) <= 0;
  }
}

function endOfName(chunk: Buffer, start: number): number {
  return start + headLength + chunk[start + 1]! + chunk[start + 2]! * 256;
}
