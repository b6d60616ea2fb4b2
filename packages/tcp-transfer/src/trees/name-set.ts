// Finds entries of a tree that a disk may take for one another. A million names need few bytes each.
import { hash } from 'node:crypto';
import type { TreePath } from '@peerlane/protocol';

const firstCapacity = 1024;

/**
 * Paths that differ by more than the case and the form of their letters. It keeps 64 bits of each: two
 * among a million are taken for one with a probability of less than 1 to 10 million.
 */
export class NameSet {
  /** Two numbers for each place, both 0 if it is free. */
  #slots = new Uint32Array(2 * firstCapacity);
  #size = 0;

  /** Adds a path. Returns false if one like it was added before. */
  add(path: TreePath): boolean {
    const bits = hash('sha256', folded(path), 'buffer');
    const isAdded = this.#put(bits.readUInt32LE(0) || 1, bits.readUInt32LE(4));
    if (isAdded) this.#size += 1;
    if (4 * this.#size >= this.#slots.length) this.#grow();
    return isAdded;
  }

  #put(high: number, low: number): boolean {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      if (slots[2 * at] === 0) {
        slots[2 * at] = high;
        slots[2 * at + 1] = low;
        return true;
      }
      if (slots[2 * at] === high && slots[2 * at + 1] === low) return false;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 2)
      if (before[at] !== 0) this.#put(before[at]!, before[at + 1]!);
  }
}

/** What a path is for a disk that ignores case, and the form of letters. */
function folded(path: TreePath): string {
  return path.join('/').normalize('NFC').toLowerCase();
}
