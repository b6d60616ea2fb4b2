// A map of bounded size that drops the entry that was put in longest ago.

/** A map with at most `limit` entries. */
export class BoundedMap<Value> {
  readonly #entries: Map<string, Value> = new Map<string, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  /** Puts an entry in as the newest. Returns the entry that was dropped for it. */
  put(key: string, value: Value): readonly [string, Value] | undefined {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#limit) return undefined;
    const [oldest] = this.#entries as Iterable<[string, Value]>;
    this.#entries.delete(oldest![0]);
    return oldest;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
