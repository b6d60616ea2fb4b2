// Hands all of a send to one receiver, and says what became of it.
import type { PreparedItem, PreparedSend, SendOutcome } from '../sends/outgoing.ts';
import type { PeerlaneNode } from '../node/node.ts';
import type { SendResultEvent, SendStateEvent } from '../events/send-events.ts';

/** The most things of a send that one receiver is offered at a time, once it has accepted. */
const width = 16;

/** What a receiver has, and what it does. */
export interface ReceiverState {
  readonly state: SendStateEvent['state'];
  /** How many bytes are there, of all things together. */
  readonly done: number;
}

/** What became of a send at a receiver. */
export interface SendResult {
  readonly state: SendResultEvent['state'];
  /** How many things are there. */
  readonly received: number;
  readonly reason?: string;
}

/** How something is handed to one receiver. */
export interface SendToOptions {
  readonly node: Pick<PeerlaneNode, 'send'>;
  readonly send: PreparedSend;
  /** The address of the receiver. */
  readonly to: string;
  readonly signal: AbortSignal;
  readonly onState: (state: ReceiverState) => void;
  /** How long the receiver may be away, busy or without an answer, in milliseconds. */
  readonly giveUpAfter: number;
}

/** Hands over everything: its user is asked with the first thing, and the others follow when it is accepted. */
export async function sendTo(options: SendToOptions): Promise<SendResult> {
  return new Handover(options).run();
}

class Handover {
  readonly #options: SendToOptions;
  /** How many bytes of each thing are there. */
  readonly #done = new Map<PreparedItem, number>();
  /** Aborted when the rest is not to be offered. */
  readonly #stop = new AbortController();
  #state: ReceiverState['state'] = 'later';
  #isUnanswered = false;
  #answerTimer: NodeJS.Timeout | undefined;
  #received = 0;
  #fault: Omit<SendResult, 'received'> | undefined;

  constructor(options: SendToOptions) {
    this.#options = options;
  }

  async run(): Promise<SendResult> {
    const { send, giveUpAfter } = this.#options;
    if (Number.isFinite(giveUpAfter))
      this.#answerTimer = setTimeout(() => {
        this.#isUnanswered = true;
        this.#stop.abort();
      }, giveUpAfter);
    const [first, ...rest] = send.items.values();
    const queue = rest.values();
    let asked = Promise.resolve();
    await new Promise<void>((resolve, reject) => {
      asked = this.#offer(first!, resolve);
      asked.then(resolve, reject);
    });
    const lane = async (): Promise<void> => {
      for (const item of queue) {
        if (this.#stop.signal.aborted) return;
        await this.#offer(item, () => undefined);
      }
    };
    const isWanted = this.#state === 'accepted' || this.#received === 1;
    const lanes = isWanted ? Array.from({ length: Math.min(width, rest.length) }, lane) : [];
    await Promise.all([asked, ...lanes]);
    clearTimeout(this.#answerTimer);
    return { ...(this.#fault ?? { state: 'received' }), received: this.#received };
  }

  async #offer(item: PreparedItem, onAccepted: () => void): Promise<void> {
    const { node, send, to, signal, giveUpAfter } = this.#options;
    try {
      const outcome = await node.send(item, to, {
        send,
        giveUpAfter,
        signal: AbortSignal.any([signal, this.#stop.signal]),
        onState: (progress) => {
          if (progress.state === 'accepted') {
            this.#accept(item, progress.done);
            onAccepted();
          }
          this.#show(progress.state);
        },
      });
      this.#end(item, outcome);
    } catch (error) {
      if (!signal.aborted && !this.#stop.signal.aborted) throw error;
      if (signal.aborted)
        this.#fault ??= { state: this.#state === 'away' ? 'away' : 'interrupted' };
      else if (this.#isUnanswered) this.#fault ??= { state: 'unanswered' };
    }
  }

  #accept(item: PreparedItem, done: number): void {
    clearTimeout(this.#answerTimer);
    // A receiver may say anything.
    this.#done.set(item, Math.min(done, item.size));
  }

  #end(item: PreparedItem, outcome: SendOutcome): void {
    if (outcome.state === 'received') {
      this.#accept(item, item.size);
      this.#received += 1;
      this.#show('accepted');
      return;
    }
    const reason =
      'reason' in outcome ? outcome.reason : 'message' in outcome ? outcome.message : undefined;
    this.#fault ??= { state: outcome.state, ...(reason !== undefined && { reason }) };
    // One thing that could not be had says nothing about the others.
    if (outcome.state !== 'failed') this.#stop.abort();
  }

  #show(state: ReceiverState['state']): void {
    this.#state = state;
    const done = [...this.#done.values()].reduce((sum, each) => sum + each, 0);
    this.#options.onState({ state, done });
  }
}
