// Keeps manifests in bounded memory: the least recently used one goes first.
import type { KnownManifest } from './known-manifest.ts';

/** The approximate size of an entry without its digests, in bytes. */
const overhead = 1024;

/** Manifests by key, in at most `maxBytes` bytes of memory. */
export class ManifestLru {
  readonly #entries = new Map<string, KnownManifest>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): KnownManifest | undefined {
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
    }
    return known;
  }

  set(key: string, known: KnownManifest): void {
    this.delete(key);
    this.#entries.set(key, known);
    this.#bytes += bytesOf(known);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const known = this.#entries.get(key);
    if (known && this.#entries.delete(key)) this.#bytes -= bytesOf(known);
  }
}

function bytesOf({ manifest }: KnownManifest): number {
  return manifest.digests.length + overhead;
}
