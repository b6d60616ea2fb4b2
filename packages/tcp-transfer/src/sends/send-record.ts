// One send of one machine: whether it is wanted, and how much of what was told first has been offered.
import type { Clock, Timer } from '../clock.ts';
import type { IncomingOffer } from './incoming-send.ts';

/** How long a sender may not ask before its question is withdrawn, in milliseconds. */
const silenceTimeout = 30_000;

/** Why a question is withdrawn. */
const left = new Error('the sender has left');

/** How a question ended: `withdrawn` if the sender left, or the receiver was closed, before it was decided. */
export type Decision = 'accepted' | 'declined' | 'withdrawn';

/** A send, from its first offer on. */
export class SendRecord {
  readonly machine: string;
  /** The first thing of it. */
  readonly first: IncomingOffer;
  state: Decision | 'undecided' = 'undecided';
  /** When the sender has asked last. */
  askedAt: number;
  /** How many things of it are accepted and have not ended. */
  active = 0;
  /** The keys of the things of it that wait for the decision. */
  readonly waiting: Set<string> = new Set<string>();
  readonly #limits: { readonly items: number; readonly total: number };
  readonly #clock: Clock;
  readonly #question = new AbortController();
  #items = 0;
  #bytes = 0;
  #timer: Timer | undefined;

  constructor(first: IncomingOffer, machine: string, clock: Clock) {
    const { items, total } = first.offer;
    this.#limits = { items, total };
    this.first = first;
    this.machine = machine;
    this.#clock = clock;
    this.askedAt = clock.now();
  }

  /** Whether it may be forgotten: nobody is asked about it, and nothing of it is fetched. */
  get isIdle(): boolean {
    return this.state !== 'undecided' && this.active === 0;
  }

  /**
   * Asks whether it is wanted, as long as the sender asks.
   *
   * @param onDecided is called once
   */
  decide(ask: (signal: AbortSignal) => Promise<boolean>, onDecided: (as: Decision) => void): void {
    const end = (state: Decision): void => {
      if (this.state !== 'undecided') return;
      this.state = state;
      this.#timer?.cancel();
      onDecided(state);
    };
    this.#question.signal.addEventListener('abort', () => {
      end('withdrawn');
    });
    this.#watch();
    ask(this.#question.signal).then(
      (isWanted) => {
        end(isWanted ? 'accepted' : 'declined');
      },
      () => {
        end('declined');
      },
    );
  }

  /** Ends the question, if it is still open. */
  withdraw(reason: Error): void {
    this.#question.abort(reason);
  }

  /** Counts one thing more; false if that is more than the sender told first. */
  admits(size: number): boolean {
    const { items, total } = this.#limits;
    if (this.#items + 1 > items || this.#bytes + size > total) return false;
    this.#items += 1;
    this.#bytes += size;
    return true;
  }

  #watch(): void {
    const wait = this.askedAt + silenceTimeout - this.#clock.now();
    if (wait <= 0) this.withdraw(left);
    else
      this.#timer = this.#clock.schedule(() => {
        this.#watch();
      }, wait);
  }
}
