// Remembers the digests of small files, so that a second tree costs no more than a look at each.
import { digestBytes, identityWords } from '../hashing/file-batch.ts';

/** In how many places a file can be remembered. */
const ways = 8;

/** How many places there are at first and at most: of 76 bytes each. */
const [leastPlaces, mostPlaces] = [4096, 262_144];

/** How many words of 32 bits a digest has. */
const digestWords = digestBytes / 4;

/** How many a place has: a number for the path, which is not 0, the identity and the digest. */
const placeWords = 1 + identityWords + digestWords;

/** The digests of some files, one after the other. */
export interface KnownDigests {
  /** For each file what tells its content from another: see `identityWords`. */
  readonly identities: Uint32Array;
  /** Its digest, in words as it lies in memory. */
  readonly digests: Uint32Array;
}

/** Columns for the digests of so many files. */
export function emptyDigests(count: number): KnownDigests {
  return {
    identities: new Uint32Array(count * identityWords),
    digests: new Uint32Array(count * digestWords),
  };
}

/** The digests of files by path, in at most 20 MB: where there is no place, others are forgotten. */
export class DigestMemory {
  #places = 0;
  #used = 0;
  #words = new Uint32Array();
  #victim = 0;

  /**
   * Puts what was kept for a path at a position, if there is anything. Two paths may share a place: only the
   * identity says that it is this file.
   */
  recall(path: string, into: KnownDigests, position: number): void {
    const place = this.#placeOf(tagOf(path));
    if (place === undefined) return;
    const from = place * placeWords + 1;
    copy(this.#words, from, into.identities, position * identityWords, identityWords);
    const digest = from + identityWords;
    copy(this.#words, digest, into.digests, position * digestWords, digestWords);
  }

  /** Keeps the digest of the file at a path, which stands at a position. */
  keep(path: string, from: KnownDigests, position: number): void {
    if (this.#used >= this.#places / 2 && this.#places < mostPlaces) this.#grow();
    const to = this.#take(tagOf(path));
    copy(from.identities, position * identityWords, this.#words, to, identityWords);
    copy(from.digests, position * digestWords, this.#words, to + identityWords, digestWords);
  }

  /** Where the words for a tag stand from now on. */
  #take(tag: number): number {
    const place = this.#placeOf(tag) ?? this.#placeOf(0, tag) ?? this.#victimOf(tag);
    const at = place * placeWords;
    if (this.#words[at] === 0) this.#used += 1;
    this.#words[at] = tag;
    return at + 1;
  }

  /** The place that has a tag, among those for `home`. */
  #placeOf(tag: number, home = tag): number | undefined {
    const first = this.#firstFor(home);
    for (let place = first; place < first + ways && place < this.#places; place += 1)
      if (this.#words[place * placeWords] === tag) return place;
    return undefined;
  }

  #victimOf(tag: number): number {
    this.#victim += 1;
    return this.#firstFor(tag) + (this.#victim % ways);
  }

  #firstFor(tag: number): number {
    return this.#places === 0 ? 0 : (tag % (this.#places / ways)) * ways;
  }

  #grow(): void {
    const words = this.#words;
    this.#places = Math.max(leastPlaces, this.#places * 2);
    this.#used = 0;
    this.#words = new Uint32Array(this.#places * placeWords);
    for (let at = 0; at < words.length; at += placeWords) {
      const tag = words[at]!;
      if (tag !== 0) copy(words, at + 1, this.#words, this.#take(tag), placeWords - 1);
    }
  }
}

/** Copies words; a view for each file would take longer. */
function copy(from: Uint32Array, start: number, to: Uint32Array, at: number, count: number): void {
  for (let index = 0; index < count; index += 1) to[at + index] = from[start + index]!;
}

/** A number for a path, which is not 0. */
function tagOf(path: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < path.length; index += 1)
    hash = Math.imul(hash ^ path.charCodeAt(index), 0x01000193);
  // Neighbours differ in their last letters alone, which the last multiplication hardly spreads.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0 || 1;
}
