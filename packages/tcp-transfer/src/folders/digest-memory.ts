// Remembers the digests of small files, so that a second tree costs no more than a look at each.
import { identityCount } from '../hashing/file-batch.ts';

/** The bytes of a SHA-256. */
const digestBytes = 32;

/** In how many places a file can be remembered. */
const ways = 8;

/** How many places there are at first and at most: of 76 bytes each. */
const [leastPlaces, mostPlaces] = [4096, 262_144];

/** A file whose digest is known. */
export interface RememberedFile {
  /** What tells its content from another: `dev`, `ino`, `size`, `mtimeNs` and `ctimeNs`. */
  readonly identity: BigInt64Array;
  readonly digest: Uint8Array;
}

/** The digests of files by path, in at most 20 MB: where there is no place, others are forgotten. */
export class DigestMemory {
  #places = 0;
  #used = 0;
  #tags = new Uint32Array();
  #identities = new BigInt64Array();
  #digests = new Uint8Array();
  #victim = 0;

  /** What was kept for a path. Two paths may share a place: only the identity says that it is this file. */
  get(path: string): RememberedFile | undefined {
    const tag = tagOf(path);
    const place = this.#placeOf(tag);
    if (place === undefined) return undefined;
    const identity = this.#identities.slice(place * identityCount, (place + 1) * identityCount);
    return {
      identity,
      digest: this.#digests.slice(place * digestBytes, (place + 1) * digestBytes),
    };
  }

  /** Keeps the digest of the file at a path. */
  set(path: string, { identity, digest }: RememberedFile): void {
    if (this.#used >= this.#places / 2 && this.#places < mostPlaces) this.#grow();
    this.#put(tagOf(path), identity, digest);
  }

  #put(tag: number, identity: BigInt64Array, digest: Uint8Array): void {
    const place = this.#placeOf(tag) ?? this.#placeOf(0, tag) ?? this.#victimOf(tag);
    if (this.#tags[place] === 0) this.#used += 1;
    this.#tags[place] = tag;
    this.#identities.set(identity, place * identityCount);
    this.#digests.set(digest, place * digestBytes);
  }

  /** The place that has a tag, among those for `home`. */
  #placeOf(tag: number, home = tag): number | undefined {
    const first = this.#firstFor(home);
    for (let place = first; place < first + ways && place < this.#places; place += 1)
      if (this.#tags[place] === tag) return place;
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
    const [tags, identities, digests] = [this.#tags, this.#identities, this.#digests];
    this.#places = Math.max(leastPlaces, this.#places * 2);
    this.#used = 0;
    this.#tags = new Uint32Array(this.#places);
    this.#identities = new BigInt64Array(this.#places * identityCount);
    this.#digests = new Uint8Array(this.#places * digestBytes);
    for (const [place, tag] of tags.entries()) {
      if (tag === 0) continue;
      const identity = identities.subarray(place * identityCount, (place + 1) * identityCount);
      this.#put(tag, identity, digests.subarray(place * digestBytes, (place + 1) * digestBytes));
    }
  }
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
