// Waits for the first send that is accepted, for a receiver that ends with it.
import type { EventEmitter } from 'node:events';
import type { NodeEvents } from '../node/node-options.ts';
import type { IncomingSend, SentItem } from '../sends/incoming.ts';
import { itemKey, sendKey } from './item-key.ts';

/** The first send that is accepted; all later ones are not wanted. */
export class FirstSend {
  #key: string | undefined;
  #left = 0;
  #hasFailed = false;
  readonly #ended = new Set<string>();
  readonly #told = new Set<string>();
  #end: (isWhole: boolean) => void = () => undefined;
  #endTelling: () => void = () => undefined;
  /** Resolves when all of it has come, or could not be had; with whether all is there. */
  readonly over: Promise<boolean> = new Promise<boolean>((resolve) => {
    this.#end = resolve;
  });

  /** Resolves when the sender knows of each thing that it has come, or could not be had. */
  readonly told: Promise<void> = new Promise<void>((resolve) => {
    this.#endTelling = resolve;
  });

  constructor(node: EventEmitter<NodeEvents>) {
    node.on('sendDecided', ({ send, as }) => {
      if (as !== 'accepted' || this.#key !== undefined) return;
      this.#key = sendKey(send);
      this.#left = send.items;
    });
    node.on('itemReceived', (received) => {
      this.#count(received, (received.problems ?? 0) === 0);
    });
    node.on('itemFailed', (failed) => {
      this.#count(failed, false);
    });
    node.on('senderTold', (item) => {
      const key = itemKey(item);
      if (this.#ended.has(key)) this.#told.add(key);
      if (this.#left === 0 && this.#told.size === this.#ended.size) this.#endTelling();
    });
  }

  /** Whether another send was accepted before this one. */
  isTooLate(send: IncomingSend): boolean {
    return this.#key !== undefined && this.#key !== sendKey(send);
  }

  #count(item: SentItem, isWhole: boolean): void {
    if (this.#key !== sendKey(item.send)) return;
    this.#ended.add(itemKey(item));
    this.#hasFailed ||= !isWhole;
    this.#left -= 1;
    if (this.#left === 0) this.#end(!this.#hasFailed);
  }
}
