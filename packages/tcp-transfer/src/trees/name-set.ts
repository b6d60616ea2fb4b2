// Finds entries of a tree that a disk may take for one another. A million names need few bytes each.
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
    const [high, low] = hashOf(folded(path));
    const isAdded = this.#put(high || 1, low);
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

/**
 * 64 bits that are spread evenly. Whoever makes names that share them only loses files of the own tree: a
 * digest would take longer than all else that is done with a name.
 */
function hashOf(text: string): readonly [high: number, low: number] {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x9e3779b1);
    other = Math.imul(other ^ unit, 0x5f356495);
    // A multiplication alone moves nothing down.
    one ^= one >>> 15;
    other ^= other >>> 13;
  }
  return [mixed(one, other), mixed(other, one)];
}

function mixed(bits: number, others: number): number {
  const first = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  const second = Math.imul(others ^ (others >>> 13), 0xc2b2ae35);
  return (first ^ second ^ ((first ^ second) >>> 15)) >>> 0;
}
