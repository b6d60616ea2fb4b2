// Where contents are in a folder: paths by a number that stands for a content, in bounded memory.

/** How many bytes of paths are kept, and how many of them at most. */
const most = { bytes: 16 * 1024 * 1024, paths: 256 * 1024 } as const;

/** How many bytes of paths there is space for at first. */
const firstBytes = 64 * 1024;

/** How many places are tried for one path, and found for one key. */
const maxProbes = 8;

/** Limits of a {@link CopyIndex}. Tests set smaller ones. */
export interface CopyIndexLimits {
  /** How many bytes of paths are kept. */
  readonly bytes: number;
  /** How many places there are, a power of two. */
  readonly places: number;
}

/** Remembers which paths go with a key, as long as there is space: the first ones stay. */
export class CopyIndex {
  readonly #limits: CopyIndexLimits;
  /** For each place the key, and where its path begins, plus one. */
  readonly #keys: Uint32Array;
  readonly #starts: Uint32Array;
  #paths: Buffer;
  #end = 0;

  constructor(limits: CopyIndexLimits = { bytes: most.bytes, places: 2 * most.paths }) {
    this.#limits = limits;
    this.#keys = new Uint32Array(limits.places);
    this.#starts = new Uint32Array(limits.places);
    this.#paths = Buffer.alloc(Math.min(firstBytes, limits.bytes));
  }

  /** @param key 32 bits that are spread evenly */
  add(key: number, path: readonly string[]): void {
    const mask = this.#limits.places - 1;
    for (let probe = 0; probe < maxProbes; probe += 1) {
      const place = (key + probe) & mask;
      if (this.#starts[place] !== 0) continue;
      const start = this.#append(path.join('/'));
      if (start === undefined) return;
      this.#keys[place] = key;
      this.#starts[place] = start + 1;
      return;
    }
  }

  /** Whether a path was added with a key. */
  has(key: number): boolean {
    return this.#next(key, 0) < maxProbes;
  }

  /** The paths that were added with a key: at most 8. */
  *find(key: number): Generator<readonly string[], void> {
    for (let probe = this.#next(key, 0); probe < maxProbes; probe = this.#next(key, probe + 1))
      yield this.#pathAt(this.#starts[(key + probe) & (this.#limits.places - 1)]! - 1);
  }

  /** The first place of a key at or after one, counted from its first. */
  #next(key: number, from: number): number {
    const mask = this.#limits.places - 1;
    for (let probe = from; probe < maxProbes; probe += 1) {
      const place = (key + probe) & mask;
      if (this.#starts[place] === 0) return maxProbes;
      if (this.#keys[place] === key) return probe;
    }
    return maxProbes;
  }

  /** Appends two bytes of length, and a path. */
  #append(path: string): number | undefined {
    const start = this.#end;
    // No code unit takes more than three bytes: the length of most texts need not be known before.
    if (start + 2 + 3 * path.length > this.#paths.length && !this.#grow(path)) return undefined;
    const length = this.#paths.write(path, start + 2);
    if (length > 0xffff) return undefined;
    this.#paths[start] = length >> 8;
    this.#paths[start + 1] = length & 0xff;
    this.#end = start + 2 + length;
    return start;
  }

  /** Makes room for a path, if there may be so much. */
  #grow(path: string): boolean {
    const end = this.#end + 2 + Buffer.byteLength(path);
    if (end > this.#limits.bytes) return false;
    if (end <= this.#paths.length) return true;
    const grown = Buffer.alloc(Math.min(this.#limits.bytes, 2 * this.#paths.length + end));
    grown.set(this.#paths);
    this.#paths = grown;
    return true;
  }

  #pathAt(start: number): readonly string[] {
    const length = (this.#paths[start]! << 8) | this.#paths[start + 1]!;
    return this.#paths.toString('utf8', start + 2, start + 2 + length).split('/');
  }
}
