// Where contents are in a folder: paths by a number that stands for a content, in bounded memory.

/** How many bytes of paths are kept, and how many of them at most. */
const most = { bytes: 16 * 1024 * 1024, paths: 256 * 1024 } as const;

/** How many places are tried for one path, and found for one key. */
const maxProbes = 8;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

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
  #paths: Uint8Array = new Uint8Array(64 * 1024);
  #end = 0;

  constructor(limits: CopyIndexLimits = { bytes: most.bytes, places: 2 * most.paths }) {
    this.#limits = limits;
    this.#keys = new Uint32Array(limits.places);
    this.#starts = new Uint32Array(limits.places);
  }

  /** @param key 32 bits that are spread evenly */
  add(key: number, path: readonly string[]): void {
    for (const place of this.#placesOf(key)) {
      if (this.#starts[place] !== 0) continue;
      const start = this.#append(path.join('/'));
      if (start === undefined) return;
      this.#keys[place] = key;
      this.#starts[place] = start + 1;
      return;
    }
  }

  /** The paths that were added with a key: at most 8. */
  *find(key: number): Generator<readonly string[], void> {
    for (const place of this.#placesOf(key)) {
      const start = this.#starts[place]!;
      if (start === 0) return;
      if (this.#keys[place] === key) yield this.#pathAt(start - 1);
    }
  }

  *#placesOf(key: number): Generator<number, void> {
    for (let probe = 0; probe < maxProbes; probe += 1)
      yield (key + probe) & (this.#limits.places - 1);
  }

  /** Appends two bytes of length, and a path. */
  #append(path: string): number | undefined {
    const length = Buffer.byteLength(path);
    const start = this.#end;
    const end = start + 2 + length;
    if (end > this.#limits.bytes || length > 0xffff) return undefined;
    if (end > this.#paths.length) {
      const grown = new Uint8Array(Math.min(this.#limits.bytes, 2 * this.#paths.length + end));
      grown.set(this.#paths);
      this.#paths = grown;
    }
    this.#paths[start] = length >> 8;
    this.#paths[start + 1] = length & 0xff;
    encoder.encodeInto(path, this.#paths.subarray(start + 2, end));
    this.#end = end;
    return start;
  }

  #pathAt(start: number): readonly string[] {
    const length = (this.#paths[start]! << 8) | this.#paths[start + 1]!;
    return decoder.decode(this.#paths.subarray(start + 2, start + 2 + length)).split('/');
  }
}
