/** A file that is being hashed, as far as it matters for whose turn it is. */
export interface TurnTaker {
  /** Whether it takes long. */
  readonly large: boolean;
  /** Whether nobody waits for it. */
  readonly background: boolean;
}

/** How many large files are hashed at a time. */
const maxLarge = 2;

/**
 * Whether one of several files, in the order in which they came, may be hashed now: small ones at
 * once, the first two large ones, and one that nobody waits for when there is no other.
 */
export function mayGo(all: Iterable<TurnTaker>, one: TurnTaker): boolean {
  const awaited = [...all].filter(({ background }) => !background);
  if (one.background) return awaited.length === 0 && [...all][0] === one;
  if (!one.large) return true;
  const large = awaited.filter((other) => other.large);
  return large.indexOf(one) < maxLarge;
}

/** Gives files that are hashed piece by piece their turns. */
export class HashTurns {
  readonly #takers = new Set<TurnTaker>();
  readonly #waiting: { readonly taker: TurnTaker; readonly go: () => void }[] = [];

  add(taker: TurnTaker): void {
    this.#takers.add(taker);
  }

  /** The file is done; what waits for its turn goes on. */
  remove(taker: TurnTaker): void {
    this.#takers.delete(taker);
    this.changed();
  }

  /** Resolves when the next piece of a file may be hashed, and when the file was removed. */
  async wait(taker: TurnTaker): Promise<void> {
    if (this.#mayGo(taker)) return;
    await new Promise<void>((resolve) => this.#waiting.push({ taker, go: resolve }));
  }

  /** To be called when somebody has begun, or ceased, to wait for a file. */
  changed(): void {
    for (const entry of this.#waiting.splice(0)) {
      if (this.#mayGo(entry.taker)) entry.go();
      else this.#waiting.push(entry);
    }
  }

  #mayGo(taker: TurnTaker): boolean {
    return !this.#takers.has(taker) || mayGo(this.#takers, taker);
  }
}
