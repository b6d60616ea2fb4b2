// The servers of others who receive the same, as the sender tells them, for the fetch that goes on.
import { Changes } from '../async.ts';

/** The most servers that are told to one fetch. */
const maxPeers = 64;

/** A bounded list that can be read while it grows. */
export class PeerFeed implements AsyncIterable<string> {
  readonly #peers = new Set<string>();
  readonly #changes = new Changes();
  #isOver = false;

  add(peers: readonly string[]): void {
    const before = this.#peers.size;
    for (const peer of peers) if (this.#peers.size < maxPeers) this.#peers.add(peer);
    if (this.#peers.size > before) this.#changes.notify();
  }

  /** No more will come. */
  close(): void {
    this.#isOver = true;
    this.#changes.notify();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void> {
    const told = new Set<string>();
    for (;;) {
      const more = this.#changes.next;
      for (const peer of [...this.#peers]) {
        if (told.has(peer)) continue;
        told.add(peer);
        yield peer;
      }
      if (this.#isOver) return;
      if (told.size === this.#peers.size) await more;
    }
  }
}
