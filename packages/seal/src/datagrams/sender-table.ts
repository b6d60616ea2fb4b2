// The senders that were heard, each with its derived key and the counters that were seen of it.
import type { KeyObject } from 'node:crypto';
import { BoundedMap } from './bounded-map.ts';
import type { ReplayWindow } from './replay-window.ts';

/** How many senders are known with their keys and windows. */
export const maxSenders = 4096;

/** Of how many further senders the highest counter is remembered. */
export const maxFloors = 65_536;

/** A sender that was heard. */
export interface HeardSender {
  readonly key: KeyObject;
  readonly window: ReplayWindow;
}

/**
 * The senders by their names, which are the key id and the salt. The one that was heard longest ago
 * is dropped for a new one. Its highest counter stays, so that what it sent before stays replayed.
 */
export class SenderTable {
  readonly #senders: BoundedMap<HeardSender>;
  readonly #floors: BoundedMap<number>;
  #latest: HeardSender | undefined;

  constructor(limits: { readonly senders: number; readonly floors: number }) {
    this.#senders = new BoundedMap(limits.senders);
    this.#floors = new BoundedMap(limits.floors);
  }

  find(name: string): HeardSender | undefined {
    return this.#senders.get(name);
  }

  /** The highest counter of a sender that was dropped; −1 if none is known. */
  floorOf(name: string): number {
    return this.#floors.get(name) ?? -1;
  }

  /** Notes that a sender was heard. Only of a datagram that has proven itself. */
  heard(name: string, sender: HeardSender): void {
    if (sender === this.#latest) return;
    this.#latest = sender;
    this.#floors.delete(name);
    const dropped = this.#senders.put(name, sender);
    if (dropped) this.#floors.put(dropped[0], dropped[1].window.highest);
  }
}
