// `offerTo`: offers something to one receiver, and asks again until it has it.
import { sendOfferRequest, type PeerAddress, type TransferAnswer } from '@peerlane/protocol';
import { keepingAlive, pause } from '../async.ts';
import { systemClock } from '../clock.ts';
import { TransferError } from '../transfer-error.ts';
import { AskingPace } from './asking-pace.ts';
import type {
  OfferedItem,
  OfferOutcome,
  OfferProgress,
  OfferToOptions,
  ReceiverAddress,
} from './offer-outcome.ts';

/** After this many connections in a row that end without an answer, a receiver is asked no more. */
const maxUnanswered = 3;

/**
 * Offers something to one receiver, and asks it how far it is: quickly at first, then about once a second. A
 * receiver that is away or busy is asked less and less often, up to every five seconds.
 *
 * @throws RangeError for a negative `giveUpAfter`; the reason of an aborted `signal`
 * @see docs/protocol.md, "Accept"
 */
export async function offerTo(
  receiver: ReceiverAddress,
  item: OfferedItem,
  options: OfferToOptions,
): Promise<OfferOutcome> {
  const { giveUpAfter = Infinity } = options;
  if (!(giveUpAfter >= 0)) throw new RangeError('giveUpAfter: expected a number from 0 up');
  return keepingAlive(() => new Offering(receiver, item, options).run());
}

/** The end that one request can bring: being away or busy is none. */
type Final = Exclude<OfferOutcome, { readonly state: 'away' | 'busy' }>;

/** What one request has brought. */
type Reply = Final | OfferProgress;

class Offering {
  readonly #receiver: ReceiverAddress;
  readonly #item: OfferedItem;
  readonly #options: OfferToOptions;
  readonly #pace: AskingPace;
  #unanswered = 0;
  #told: OfferProgress | undefined;

  constructor(receiver: ReceiverAddress, item: OfferedItem, options: OfferToOptions) {
    this.#receiver = receiver;
    this.#item = item;
    this.#options = options;
    this.#pace = new AskingPace(options.random);
  }

  async run(): Promise<OfferOutcome> {
    const { clock = systemClock, signal, giveUpAfter = Infinity } = this.#options;
    /** Since when it has been away or busy. */
    let since: number | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const reply = await this.#ask();
      signal?.throwIfAborted();
      if (isFinal(reply)) return reply;
      const isOut = reply.state === 'away' || reply.state === 'busy';
      since = isOut ? (since ?? clock.now()) : undefined;
      if (isOut && clock.now() - since! >= giveUpAfter) return { state: reply.state };
      const isNew = this.#tell(reply);
      const wait = this.#pace.next(isOut ? 'out' : isNew ? 'new' : 'same');
      await pause(clock, isOut ? Math.min(wait, since! + giveUpAfter - clock.now()) : wait, signal);
    }
  }

  /** @returns whether the state is another than before */
  #tell(progress: OfferProgress): boolean {
    const before = this.#told;
    this.#told = progress;
    const isNew = before?.state !== progress.state;
    const isMore =
      before?.state === 'accepted' &&
      progress.state === 'accepted' &&
      before.done !== progress.done;
    if (isNew || isMore) this.#options.onState?.(progress);
    return isNew;
  }

  async #ask(): Promise<Reply> {
    let address: PeerAddress | undefined;
    try {
      address = typeof this.#receiver === 'function' ? await this.#receiver() : this.#receiver;
    } catch (cause) {
      return { state: 'away', cause: cause as Error };
    }
    if (!address) return { state: 'away', cause: new Error('the receiver is not there') };
    try {
      const answer = await this.#request(address);
      this.#unanswered = 0;
      return replyOf(answer);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return this.#failed(error);
    }
  }

  async #request(address: PeerAddress): Promise<TransferAnswer> {
    const { connections, signal, peers } = this.#options;
    const own = AbortSignal.any(signal ? [signal] : []);
    const connection = await connections.connect(address, own);
    try {
      const { version, ...request } = sendOfferRequest({ ...this.#item, peers: peers?.() ?? [] });
      const { answer, data } = await connection.request(request);
      for await (const bytes of data)
        if (bytes.length > 0)
          throw new TransferError('bad-answer', 'the answer to an offer has data');
      connection.finish();
      return answer;
    } finally {
      connection.close();
    }
  }

  #failed(error: unknown): Reply {
    if (!TransferError.is(error)) throw error;
    const { code, message } = error;
    if (code === 'incomplete') {
      this.#unanswered += 1;
      if (this.#unanswered >= maxUnanswered) return { state: 'unanswered' };
    } else {
      this.#unanswered = 0;
    }
    if (code === 'busy' || code === 'not-member') return { state: code };
    if (error.refusal === 'unsupported') return { state: 'unsupported' };
    if (code === 'unreachable' || code === 'incomplete' || code === 'too-slow')
      return { state: 'away', cause: error };
    return { state: 'refused', message };
  }
}

function isFinal(reply: Reply): reply is Final {
  return !unfinished.has(reply.state);
}

const unfinished: ReadonlySet<string> = new Set(['later', 'accepted', 'busy', 'away']);

function replyOf({ state, done = 0, reason = '' }: TransferAnswer): Reply {
  if (state === 'accepted') return { state, done };
  if (state === 'declined' || state === 'received') return { state };
  if (state === 'failed') return { state, reason };
  return { state: 'later' };
}
