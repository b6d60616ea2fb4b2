// A queue of keys that are due at some time, earliest first.
/** A key that is due at a time. */
export interface Entry {
  readonly due: number;
  readonly key: string;
}

/**
 * Keys by the time at which they are due: a binary heap. Entries are never removed early; the caller
 * checks whether an entry that comes out still holds.
 */
export class DueQueue {
  #heap: Entry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  add(key: string, due: number): void {
    const heap = this.#heap;
    let child = heap.push({ due, key }) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (heap[parent]!.due <= heap[child]!.due) break;
      this.#swap(parent, child);
      child = parent;
    }
  }

  /** The earliest entry. */
  peek(): Entry | undefined {
    return this.#heap[0];
  }

  /** Removes the earliest entry. */
  pop(): Entry | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let least = parent;
      if (left < heap.length && heap[left]!.due < heap[least]!.due) least = left;
      if (right < heap.length && heap[right]!.due < heap[least]!.due) least = right;
      if (least === parent) return first;
      this.#swap(parent, least);
      parent = least;
    }
  }

  /** Replaces all entries. */
  reset(entries: Iterable<Entry>): void {
    // A sorted array is a heap.
    this.#heap = [...entries].sort((a, b) => a.due - b.due);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b]!, this.#heap[a]!];
  }
}
