// Waits for the first send that is accepted, for a receiver that ends with it.
import type { EventEmitter } from 'node:events';
import type { NodeEvents } from '../node/node-options.ts';
import type { IncomingSend } from '../sends/incoming.ts';

/** The first send that is accepted; all later ones are not wanted. */
export class FirstSend {
  #key: string | undefined;
  #left = 0;
  #hasFailed = false;
  #end: (isWhole: boolean) => void = () => undefined;
  /** Resolves when all of it has come, or could not be had; with whether all is there. */
  readonly over: Promise<boolean> = new Promise<boolean>((resolve) => {
    this.#end = resolve;
  });

  constructor(node: EventEmitter<NodeEvents>) {
    node.on('sendDecided', ({ send, as }) => {
      if (as !== 'accepted' || this.#key !== undefined) return;
      this.#key = keyOf(send);
      this.#left = send.items;
    });
    node.on('itemReceived', ({ send, problems = 0 }) => {
      this.#count(send, problems === 0);
    });
    node.on('itemFailed', ({ send }) => {
      this.#count(send, false);
    });
  }

  /** Whether another send was accepted before this one. */
  isTooLate(send: IncomingSend): boolean {
    return this.#key !== undefined && this.#key !== keyOf(send);
  }

  #count(send: IncomingSend, isWhole: boolean): void {
    if (this.#key !== keyOf(send)) return;
    this.#hasFailed ||= !isWhole;
    this.#left -= 1;
    if (this.#left === 0) this.#end(!this.#hasFailed);
  }
}

function keyOf({ id, address }: IncomingSend): string {
  return `${address} ${id}`;
}
