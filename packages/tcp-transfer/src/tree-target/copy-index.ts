// Where contents are in a folder: paths by a number that stands for a content, in bounded memory.

/** How many bytes of paths are kept, and how many of them at most. */
const most = { bytes: 8 * 1024 * 1024, paths: 256 * 1024 } as const;

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
  /** For each place the key, and where its path is kept, plus one. */
  readonly #keys: Uint32Array;
  readonly #starts: Uint32Array;
  #bytes: Buffer;
  #end = 0;
  /** The folder that was kept last. */
  #folder: { readonly path: readonly string[]; readonly start: number } | undefined;

  constructor(limits: CopyIndexLimits = { bytes: most.bytes, places: 2 * most.paths }) {
    this.#limits = limits;
    this.#keys = new Uint32Array(limits.places);
    this.#starts = new Uint32Array(limits.places);
    this.#bytes = Buffer.alloc(Math.min(firstBytes, limits.bytes));
  }

  /** @param key 32 bits that are spread evenly */
  add(key: number, path: readonly string[]): void {
    const mask = this.#limits.places - 1;
    for (let probe = 0; probe < maxProbes; probe += 1) {
      const place = (key + probe) & mask;
      if (this.#starts[place] !== 0) continue;
      const start = this.#append(path);
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

  /** Appends a path: where its folder begins in 4 bytes, and its name. A folder is kept once for all beside. */
  #append(path: readonly string[]): number | undefined {
    if (!this.#folder || !isFolderOf(this.#folder.path, path)) {
      const parent = path.slice(0, -1);
      const start = this.#appendText(parent.join('/'), 0);
      if (start === undefined) return undefined;
      this.#folder = { path: parent, start };
    }
    const start = this.#appendText(path.at(-1)!, 4);
    if (start !== undefined) this.#bytes.writeUInt32LE(this.#folder.start, start);
    return start;
  }

  /** Appends a text with two bytes of length, behind some bytes that are free. */
  #appendText(text: string, free: number): number | undefined {
    const start = this.#end;
    const place = start + free + 2;
    // No code unit takes more than three bytes: the length of most texts need not be known before.
    if (place + 3 * text.length > this.#bytes.length && !this.#grow(place, text)) return undefined;
    const length = this.#bytes.write(text, place);
    if (length > 0xffff) return undefined;
    this.#bytes.writeUInt16LE(length, place - 2);
    this.#end = place + length;
    return start;
  }

  /** Makes room for a text, if there may be so much. */
  #grow(place: number, text: string): boolean {
    const end = place + Buffer.byteLength(text);
    if (end > this.#limits.bytes) return false;
    if (end <= this.#bytes.length) return true;
    const grown = Buffer.alloc(Math.min(this.#limits.bytes, this.#bytes.length + end));
    grown.set(this.#bytes);
    this.#bytes = grown;
    return true;
  }

  #pathAt(start: number): readonly string[] {
    const folder = this.#textAt(this.#bytes.readUInt32LE(start));
    const name = this.#textAt(start + 4);
    return folder === '' ? [name] : [...folder.split('/'), name];
  }

  #textAt(start: number): string {
    const length = this.#bytes.readUInt16LE(start);
    return this.#bytes.toString('utf8', start + 2, start + 2 + length);
  }
}

function isFolderOf(folder: readonly string[], path: readonly string[]): boolean {
  return folder.length === path.length - 1 && folder.every((name, at) => name === path[at]);
}
