// Asks sources one after the other until one answers, several at a time where the answers are late.
import { deferred, pause, unlessAborted } from '../async.ts';
import type { Clock } from '../clock.ts';

/** How long an answer may take before the next source is asked as well, in milliseconds. */
const answerTimeout = 1000;

/** At most this many sources are asked at a time. */
const maxAsked = 32;

/** The reason of all signals here. An error of its own for each would take longer. */
const outdated = new Error('another source was faster');

/** The options of {@link firstAnswer}. */
export interface FirstAnswerOptions<S, A> {
  readonly clock: Clock;
  /** Aborted with the reason that the search for an answer ends with. */
  readonly signal: AbortSignal;
  /**
   * The next source; `undefined` if there is none, which the failure of another one can change.
   * A source that comes when nobody waits for it any more must be kept for the next call.
   */
  readonly next: (isWaiting: () => boolean) => Promise<S | undefined>;
  /** Asks a source, until a signal is aborted. */
  readonly ask: (source: S, signal: AbortSignal) => Promise<A>;
  /** Called if a source fails. */
  readonly onFailed: (source: S, error: unknown) => void;
  /** Called if a source has not answered when another one has. It is not asked any more. */
  readonly onLate: (source: S) => void;
}

/** A source that has answered. */
export interface Answered<S, A> {
  readonly source: S;
  readonly answer: A;
}

interface Asked<S> {
  readonly source: S;
  readonly control: AbortController;
}

/**
 * Asks one source after the other until one answers; `undefined` if none does. The next one is asked
 * when one fails, and as well as those that were asked before if no answer comes for a second: a
 * machine that has vanished is found out only after half a minute.
 *
 * @throws the reason of an aborted signal; what `next`, `onFailed` and `onLate` throw
 */
export async function firstAnswer<S, A>(
  options: FirstAnswerOptions<S, A>,
): Promise<Answered<S, A> | undefined> {
  const asking = new Asking(options);
  try {
    return await asking.run();
  } finally {
    asking.end();
  }
}

type Outcome<S, A> =
  | { readonly type: 'answer'; readonly asked: Asked<S>; readonly answer: A }
  | { readonly type: 'failure'; readonly asked: Asked<S>; readonly error: unknown }
  | { readonly type: 'source'; readonly source: S }
  | { readonly type: 'end'; readonly error?: unknown };

class Asking<S, A> {
  readonly #options: FirstAnswerOptions<S, A>;
  readonly #asked = new Set<Asked<S>>();
  readonly #outcomes: Outcome<S, A>[] = [];
  #wake = deferred<undefined>();
  /** Aborted when the call for the next source is of no interest any more. */
  #calling = new AbortController();
  #isOver = false;

  constructor(options: FirstAnswerOptions<S, A>) {
    this.#options = options;
  }

  async run(): Promise<Answered<S, A> | undefined> {
    this.#callNext(0);
    for (;;) {
      const outcome = this.#outcomes.shift();
      if (outcome === undefined) {
        await unlessAborted(this.#wake.promise, this.#options.signal);
        this.#wake = deferred();
      } else if (outcome.type === 'source') {
        this.#ask(outcome.source);
      } else if (outcome.type === 'end') {
        // If looking for sources fails, those that were asked may still answer.
        if (this.#asked.size === 0 && 'error' in outcome) throw outcome.error;
        if (this.#asked.size === 0) return undefined;
      } else {
        const { source } = outcome.asked;
        this.#asked.delete(outcome.asked);
        if (outcome.type === 'answer') return { source, answer: outcome.answer };
        this.#options.onFailed(source, outcome.error);
        this.#callNext(0);
      }
    }
  }

  /** Stops asking. */
  end(): void {
    this.#isOver = true;
    this.#calling.abort(outdated);
    for (const { source, control } of this.#asked) {
      control.abort(outdated);
      this.#options.onLate(source);
    }
  }

  #callNext(delay: number): void {
    this.#calling.abort(outdated);
    this.#calling = new AbortController();
    const { signal } = this.#calling;
    if (this.#asked.size < maxAsked) void this.#next(delay, signal);
  }

  async #next(delay: number, over: AbortSignal): Promise<void> {
    const isWaiting = (): boolean => !over.aborted;
    await pause(this.#options.clock, delay, over);
    if (!isWaiting()) return;
    try {
      const source = await this.#options.next(isWaiting);
      if (source !== undefined) this.#emit({ type: 'source', source });
      else if (isWaiting()) this.#emit({ type: 'end' });
    } catch (error) {
      if (isWaiting()) this.#emit({ type: 'end', error });
    }
  }

  #ask(source: S): void {
    const control = new AbortController();
    const asked = { source, control };
    this.#asked.add(asked);
    this.#options.ask(source, control.signal).then(
      (answer) => {
        this.#emit({ type: 'answer', asked, answer });
      },
      (error: unknown) => {
        this.#emit({ type: 'failure', asked, error });
      },
    );
    this.#callNext(answerTimeout);
  }

  #emit(outcome: Outcome<S, A>): void {
    if (!this.#isOver) {
      this.#outcomes.push(outcome);
      this.#wake.resolve(undefined);
    } else if (outcome.type === 'source') {
      this.#options.onLate(outcome.source);
    }
  }
}
