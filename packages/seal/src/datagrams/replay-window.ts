// Which counters of one sender were seen, as a bitmap of the latest ones (as in RFC 6479).

/** How many counters back, from the highest, a datagram may come late. */
export const windowWidth = 1024;

const wordBits = 32;

/** One word more than the width takes, so that clearing a whole word forgets nothing in the window. */
const wordCount: number = windowWidth / wordBits + 1;

/** The counters of one sender: each is taken once, and none that is too old to know. */
export class ReplayWindow {
  readonly #words: Uint32Array = new Uint32Array(wordCount);
  readonly #floor: number;
  #highest: number;

  /** @param floor this counter and all before it count as seen; −1: none does */
  constructor(floor: number) {
    this.#floor = floor;
    this.#highest = floor;
  }

  /** The highest counter that was seen; −1 if there is none. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether a counter was not seen and is not too old. */
  isFresh(counter: number): boolean {
    if (counter > this.#highest) return true;
    if (counter <= this.#floor || this.#highest - counter >= windowWidth) return false;
    return (this.#words[wordOf(counter) % wordCount]! & bitOf(counter)) === 0;
  }

  /** Marks a fresh counter as seen. Only of a datagram that has proven itself. */
  add(counter: number): void {
    const word = wordOf(counter);
    if (counter > this.#highest) {
      const last = wordOf(this.#highest);
      const passed = Math.min(word - last, wordCount);
      for (let back = 0; back < passed; back += 1) this.#words[(word - back) % wordCount] = 0;
      this.#highest = counter;
    }
    this.#words[word % wordCount]! |= bitOf(counter);
  }
}

function wordOf(counter: number): number {
  return Math.floor(counter / wordBits);
}

function bitOf(counter: number): number {
  return 1 << (counter % wordBits);
}
