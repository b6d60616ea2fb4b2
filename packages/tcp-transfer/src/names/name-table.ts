// Finds the folders that have something of a name, in eight bytes for each name and little more.
import { compareNames, hashName, type NameBytes } from './utf8-order.ts';

/** Several folders that have one name. */
interface Group {
  readonly name: NameBytes;
  folders: number[];
  isOrdered: boolean;
}

/** Tells a group from a folder. The number of either is one less than the rest: zero is an empty slot. */
const groupBit = 0x8000_0000;

const smallest = 64;

/**
 * The folders that have a name, each once: a hash table of open addressing, which holds no names. The number
 * of a folder is below 2³¹ − 1.
 */
export class NameTable {
  #hashes = new Uint32Array(smallest);
  #values = new Uint32Array(smallest);
  #size = 0;
  readonly #groups: (Group | undefined)[] = [];
  readonly #freeGroups: number[] = [];
  readonly #has: (folder: number, name: NameBytes) => boolean;

  /** @param has whether a folder in the table has a name */
  constructor(has: (folder: number, name: NameBytes) => boolean) {
    this.#has = has;
  }

  /** How many names there are. */
  get size(): number {
    return this.#size;
  }

  /** The folders with a name, in no order. */
  folders(name: NameBytes): readonly number[] {
    const slot = this.#find(name, hashName(name));
    if (slot === undefined) return [];
    const value = this.#values[slot]!;
    return this.#groupOf(value)?.folders ?? [value - 1];
  }

  /** The folders with a name in an order, in which several are put once until another one comes. */
  ordered(name: NameBytes, inOrder: (folders: readonly number[]) => number[]): readonly number[] {
    const slot = this.#find(name, hashName(name));
    if (slot === undefined) return [];
    const group = this.#groupOf(this.#values[slot]!);
    if (!group) return [this.#values[slot]! - 1];
    if (!group.isOrdered) group.folders = inOrder(group.folders);
    group.isOrdered = true;
    return group.folders;
  }

  /** Whether there is a folder with a name. */
  has(name: NameBytes): boolean {
    return this.#find(name, hashName(name)) !== undefined;
  }

  /** The names that several folders have. */
  *contested(): Generator<NameBytes> {
    for (const group of this.#groups) if (group) yield group.name;
  }

  /**
   * Adds a name of a folder that had it not.
   *
   * @returns whether no folder had it
   */
  add(name: NameBytes, folder: number): boolean {
    const hash = hashName(name);
    const slot = this.#find(name, hash, folder);
    if (slot === undefined) {
      if ((this.#size + 1) * 4 > this.#values.length * 3) this.#resize(this.#values.length * 2);
      this.#insert(hash, folder + 1);
      this.#size += 1;
      return true;
    }
    const value = this.#values[slot]!;
    const group = this.#groupOf(value);
    if (group) {
      group.folders.push(folder);
      group.isOrdered = false;
    } else this.#values[slot] = this.#newGroup(name, [value - 1, folder]);
    return false;
  }

  /**
   * Removes a name of a folder that had it.
   *
   * @returns whether no folder has it now
   */
  remove(name: NameBytes, folder: number): boolean {
    const hash = hashName(name);
    const slot = this.#findGroup(name, hash) ?? this.#findFolder(folder, hash)!;
    const value = this.#values[slot]!;
    const group = this.#groupOf(value);
    if (group) {
      const last = group.folders.pop()!;
      if (last !== folder) group.folders[group.folders.indexOf(folder)] = last;
      group.isOrdered = false;
      if (group.folders.length > 1) return false;
      this.#values[slot] = group.folders[0]! + 1;
      this.#freeGroups.push(value - groupBit - 1);
      this.#groups[value - groupBit - 1] = undefined;
      return false;
    }
    this.#empty(slot);
    this.#size -= 1;
    if (this.#values.length > smallest && this.#size * 8 < this.#values.length)
      this.#resize(this.#values.length / 2);
    return true;
  }

  /** @param except a folder that is not in the table with this name, but maybe with another of this hash */
  #find(name: NameBytes, hash: number, except?: number): number | undefined {
    return this.#probe(hash, (value) => {
      const group = this.#groupOf(value);
      if (group) return compareNames(group.name, name) === 0;
      return value - 1 !== except && this.#has(value - 1, name);
    });
  }

  #findGroup(name: NameBytes, hash: number): number | undefined {
    return this.#probe(hash, (value) => {
      const group = this.#groupOf(value);
      return group !== undefined && compareNames(group.name, name) === 0;
    });
  }

  #findFolder(folder: number, hash: number): number | undefined {
    return this.#probe(hash, (value) => value === folder + 1);
  }

  /** The first slot with a hash whose value is the wanted one. */
  #probe(hash: number, isWanted: (value: number) => boolean): number | undefined {
    const mask = this.#values.length - 1;
    for (let slot = hash & mask; this.#values[slot] !== 0; slot = (slot + 1) & mask)
      if (this.#hashes[slot] === hash && isWanted(this.#values[slot]!)) return slot;
    return undefined;
  }

  #groupOf(value: number): Group | undefined {
    return value >= groupBit ? this.#groups[value - groupBit - 1] : undefined;
  }

  #newGroup({ bytes, start, end }: NameBytes, folders: number[]): number {
    const number = this.#freeGroups.pop() ?? this.#groups.length;
    this.#groups[number] = {
      name: { bytes: new Uint8Array(bytes.subarray(start, end)), start: 0, end: end - start },
      folders,
      isOrdered: false,
    };
    return number + groupBit + 1;
  }

  #insert(hash: number, value: number): void {
    const mask = this.#values.length - 1;
    let slot = hash & mask;
    while (this.#values[slot] !== 0) slot = (slot + 1) & mask;
    this.#hashes[slot] = hash;
    this.#values[slot] = value;
  }

  /** Empties a slot, and moves what stood behind it because its own slot was taken. */
  #empty(slot: number): void {
    const mask = this.#values.length - 1;
    let hole = slot;
    for (let at = (slot + 1) & mask; this.#values[at] !== 0; at = (at + 1) & mask) {
      const own = this.#hashes[at]! & mask;
      if (((at - own) & mask) < ((at - hole) & mask)) continue;
      this.#hashes[hole] = this.#hashes[at]!;
      this.#values[hole] = this.#values[at]!;
      hole = at;
    }
    this.#values[hole] = 0;
  }

  #resize(capacity: number): void {
    const [hashes, values] = [this.#hashes, this.#values];
    this.#hashes = new Uint32Array(capacity);
    this.#values = new Uint32Array(capacity);
    for (let slot = 0; slot < values.length; slot += 1)
      if (values[slot] !== 0) this.#insert(hashes[slot]!, values[slot]!);
  }
}
