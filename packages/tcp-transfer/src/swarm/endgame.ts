// When a piece is asked for once more that another source still sends.
import type { Clock } from '../clock.ts';

/** How long the last pieces are left to their sources while other files are wanted, in milliseconds. */
const leftAlone = 1000;

/** What an {@link Endgame} depends on. */
export interface EndgameOptions {
  readonly clock: Clock;
  /**
   * Whether there is something else to fetch from the same sources.
   * @default there never is
   */
  readonly areOthersWanted?: (() => boolean) | undefined;
}

/**
 * The end of a file, when all of its pieces are here or asked for. An idle source is asked for what another
 * one still sends, at once if that is all that it is of use for, and otherwise when the other takes long.
 */
export class Endgame {
  readonly #options: EndgameOptions;
  readonly #onBegin: () => void;
  #since: number | undefined;

  /** @param onBegin called when a piece may be asked for once more that could not be so far */
  constructor(options: EndgameOptions, onBegin: () => void) {
    this.#options = options;
    this.#onBegin = onBegin;
  }

  /** Whether a piece may be asked for once more. Asked when there is nothing else to ask for. */
  get mayRepeat(): boolean {
    const { clock, areOthersWanted } = this.#options;
    if (!areOthersWanted?.()) return true;
    if (this.#since === undefined) clock.schedule(this.#onBegin, leftAlone);
    this.#since ??= clock.now();
    return clock.now() - this.#since >= leftAlone;
  }
}
