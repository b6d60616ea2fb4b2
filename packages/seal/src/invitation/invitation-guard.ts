// Who may try an invitation, and how often: state apart from sockets and clocks.

/** How many wrong guesses end an invitation. */
const maxGuesses = 3;

/** How long an invitation is open, in milliseconds. */
const openFor = 10 * 60_000;

/** Why a newcomer is not let in before it has tried its words. */
export type InvitationRefusal =
  /** Another newcomer is being let in just now. */
  | 'busy'
  /** A newcomer was let in, and the invitation was for one. */
  | 'used'
  /** There were three wrong guesses. */
  | 'guessed'
  /** The ten minutes are over. */
  | 'ended';

/** One try of a newcomer. The first call of any of these ends it; others do nothing. */
export interface InvitationRun {
  /** The newcomer is sent the keys. */
  succeed(): void;
  /** The newcomer got a chance to guess, and has not proven that it knows the words. */
  fail(): void;
  /** The newcomer had no chance to guess, or has proven that it knows the words. */
  cancel(): void;
}

export interface GuardOptions {
  /** The time of any clock, in milliseconds; later calls give the time of the same clock. */
  readonly now: number;
  /**
   * Whether several newcomers may come, one after the other.
   *
   * @default false
   */
  readonly many?: boolean;
}

/** The state of one invitation: it ends after three wrong guesses, ten minutes, or one newcomer. */
export class InvitationGuard {
  readonly #end: number;
  readonly #many: boolean;
  #guesses = 0;
  #running = false;
  #used = false;

  constructor({ now, many = false }: GuardOptions) {
    this.#end = now + openFor;
    this.#many = many;
  }

  /** When the ten minutes are over, in milliseconds of the clock that was given. */
  get end(): number {
    return this.#end;
  }

  /** How many wrong guesses there were. */
  get guesses(): number {
    return this.#guesses;
  }

  /** How many more wrong guesses end the invitation. */
  get guessesLeft(): number {
    return maxGuesses - this.#guesses;
  }

  /** Why the invitation is over; `undefined` while it is open. */
  closed(now: number): Exclude<InvitationRefusal, 'busy'> | undefined {
    if (this.#used) return 'used';
    if (this.#guesses >= maxGuesses) return 'guessed';
    return now >= this.#end ? 'ended' : undefined;
  }

  /** Begins the try of a newcomer, of which there is one at a time, or says why not. */
  begin(now: number): InvitationRun | InvitationRefusal {
    const closed = this.closed(now);
    if (closed) return closed;
    if (this.#running) return 'busy';
    this.#running = true;
    let over = false;
    const finish = (change?: () => void) => (): void => {
      if (over) return;
      over = true;
      this.#running = false;
      change?.();
    };
    return {
      succeed: finish(() => (this.#used = !this.#many)),
      fail: finish(() => (this.#guesses += 1)),
      cancel: finish(),
    };
  }
}
