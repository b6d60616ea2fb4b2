// Receives what a node is sent: asks its user, fetches what is wanted, and tells what becomes of it.
import { visibleText, type SendFailure } from '@peerlane/protocol';
import {
  IncomingOffers,
  isDiskError,
  TransferError,
  type FetchContext,
  type IncomingOffer,
  type OfferReceiver,
} from '@peerlane/tcp-transfer';
import { throttleCalls } from '../throttle-calls.ts';
import { fetchSent, OtherContent, type FetchParts } from './fetch-sent.ts';
import type { IncomingSend, ReceiveEvents, ReceiveOptions, SentThing } from './incoming.ts';

/** The parts of a node that receiving uses. */
export interface InboxParts extends Omit<FetchParts, 'into'> {
  readonly emit: <Event extends keyof ReceiveEvents>(
    event: Event,
    ...told: ReceiveEvents[Event]
  ) => void;
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** What a node receives. */
export class Inbox {
  readonly #receive: ReceiveOptions;
  readonly #parts: InboxParts;
  readonly #incoming: IncomingOffers;
  readonly #sends = new WeakMap<IncomingOffer, IncomingSend>();

  constructor(receive: ReceiveOptions, parts: InboxParts) {
    this.#receive = receive;
    this.#parts = parts;
    this.#incoming = new IncomingOffers({
      decide: (first, signal) => {
        const send = this.#sendOf(first);
        parts.emit('sendOffered', send);
        return receive.decide(send, signal);
      },
      onDecided: (first, as) => {
        parts.emit('sendDecided', { send: this.#sendOf(first), as });
      },
      onTold: (item, first) => {
        parts.emit('senderTold', { send: this.#sendOf(first), item: thingIn(item) });
      },
      fetch: (item, context) => this.#fetch(item, context),
    });
  }

  /** Answers offers. Machines to which the node may not connect are declined. */
  readonly offers: OfferReceiver = {
    receive: (offer, host) =>
      this.#parts.allow(host) ? this.#incoming.receive(offer, host) : { state: 'declined' },
    answered: (offer, host, answer) => {
      this.#incoming.answered(offer, host, answer);
    },
  };

  /** Withdraws questions and aborts fetches. Resolves when these have ended. */
  close(): Promise<void> {
    return this.#incoming.close();
  }

  #sendOf(first: IncomingOffer): IncomingSend {
    const send = this.#sends.get(first) ?? sendOf(first);
    this.#sends.set(first, send);
    return send;
  }

  async #fetch(incoming: IncomingOffer, context: FetchContext): Promise<SendFailure | undefined> {
    const { library, emit, now } = this.#parts;
    const [send, item] = [this.#sendOf(context.first), thingIn(incoming)];
    const into = this.#receive.into ?? library.folder?.path ?? '.';
    const report = throttleCalls<ReceiveEvents['itemProgress'][0]>(
      (progress) => {
        emit('itemProgress', progress);
      },
      now,
      ({ received }) => received >= item.size,
    );
    try {
      const fetched = await fetchSent(
        incoming,
        context,
        { ...this.#parts, into },
        {
          onProgress: ({ received, sources }) => {
            context.onDone(received);
            report({ send, item, received, sources });
          },
          onText: (text) => {
            this.#receive.onText(text, send);
          },
        },
      );
      emit('itemReceived', { send, item, ...fetched });
      return undefined;
    } catch (error) {
      const reason = context.signal.aborted ? 'cancelled' : failureOf(error);
      emit('itemFailed', { send, item, reason, message: visibleText((error as Error).message) });
      return reason;
    }
  }
}

function thingIn({ offer: { kind, filename, size, files } }: IncomingOffer): SentThing {
  const thing = { kind: kind as SentThing['kind'], filename, size };
  return files === undefined ? thing : { ...thing, files };
}

function sendOf(first: IncomingOffer): IncomingSend {
  const { send: id, from, items, total } = first.offer;
  return {
    ...{ id, address: first.host, items, total, first: thingIn(first) },
    ...(from !== undefined && { from }),
  };
}

function failureOf(error: unknown): SendFailure {
  if (error instanceof OtherContent) return 'changed';
  if (!TransferError.is(error)) return 'disk';
  if (error.code === 'no-space') return 'no-space';
  return isDiskError(error) ? 'disk' : 'unreachable';
}
