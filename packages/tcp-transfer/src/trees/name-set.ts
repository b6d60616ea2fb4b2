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
    if (!hashPlain(path)) hashText(folded(path));
    const isAdded = this.#put(mixed(hash[0]!, hash[1]!) || 1, mixed(hash[1]!, hash[0]!));
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
 * The two halves of a hash of 64 bits, before they are mixed. Whoever makes names that share them only loses
 * files of the own tree: a digest would take longer than all else that is done with a name.
 */
const hash = new Int32Array(2);

/** Hashes a path as its folded text, if all of it is ASCII: most are, and no text is made then. */
function hashPlain(path: TreePath): boolean {
  beginHash();
  for (const [at, name] of path.entries()) {
    if (at > 0) addToHash(0x2f);
    for (let index = 0; index < name.length; index += 1) {
      const unit = name.charCodeAt(index);
      if (unit >= 0x80) return false;
      const isCapital = unit >= 0x41 && unit <= 0x5a;
      addToHash(isCapital ? unit + 0x20 : unit);
    }
  }
  return true;
}

function hashText(text: string): void {
  beginHash();
  for (let index = 0; index < text.length; index += 1) addToHash(text.charCodeAt(index));
}

function beginHash(): void {
  hash[0] = 0xdeadbeef;
  hash[1] = 0x41c6ce57;
}

function addToHash(unit: number): void {
  const one = Math.imul(hash[0]! ^ unit, 0x9e3779b1);
  const other = Math.imul(hash[1]! ^ unit, 0x5f356495);
  // A multiplication alone moves nothing down.
  hash[0] = one ^ (one >>> 15);
  hash[1] = other ^ (other >>> 13);
}

function mixed(bits: number, others: number): number {
  const first = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  const second = Math.imul(others ^ (others >>> 13), 0xc2b2ae35);
  return (first ^ second ^ ((first ^ second) >>> 15)) >>> 0;
}
