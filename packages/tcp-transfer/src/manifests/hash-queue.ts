// Decides which file is hashed next: requested files first, and few large ones at a time.
/** A file that is being hashed, as far as the queue needs to know it. */
export interface QueuedFile {
  /** Whether hashing it takes long. */
  readonly large: boolean;
  /** Whether nobody waits for its manifest. */
  readonly background: boolean;
}

/** How many large files are hashed at a time. */
const maxLarge = 2;

/**
 * Whether one of the queued files, which are in the order of their arrival, may be hashed now: small
 * files at once, the first two large files, and a background file when it is the first of all and
 * no other file is waited for.
 */
export function mayHash(all: Iterable<QueuedFile>, one: QueuedFile): boolean {
  const awaited = [...all].filter(({ background }) => !background);
  if (one.background) return awaited.length === 0 && [...all][0] === one;
  if (!one.large) return true;
  const large = awaited.filter((other) => other.large);
  return large.indexOf(one) < maxLarge;
}

/** Decides when the next piece of each file may be hashed. */
export class HashQueue {
  readonly #files = new Set<QueuedFile>();
  readonly #waiting: { readonly file: QueuedFile; readonly resume: () => void }[] = [];

  add(file: QueuedFile): void {
    this.#files.add(file);
  }

  /** Removes a file that is hashed, or is no longer to be; files that waited for it go on. */
  remove(file: QueuedFile): void {
    this.#files.delete(file);
    this.changed();
  }

  /** Resolves when the next piece of a file may be hashed, and when the file was removed. */
  async wait(file: QueuedFile): Promise<void> {
    if (this.#mayHash(file)) return;
    await new Promise<void>((resume) => this.#waiting.push({ file, resume }));
  }

  /** Call this when `large` or `background` of a queued file has changed. */
  changed(): void {
    for (const entry of this.#waiting.splice(0)) {
      if (this.#mayHash(entry.file)) entry.resume();
      else this.#waiting.push(entry);
    }
  }

  #mayHash(file: QueuedFile): boolean {
    return !this.#files.has(file) || mayHash(this.#files, file);
  }
}
