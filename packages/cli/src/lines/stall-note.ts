// Says that nothing of a file has come for as long as offers are waited for, so that no wait is silent.
import { visibleText } from '@peerlane/protocol';

/** Watches one download. */
export class StallNote implements Disposable {
  readonly #waiting: number;
  readonly #say: () => void;
  #received = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param waiting how long offers are waited for, in milliseconds */
  constructor(filename: string, waiting: number, note: (line: string) => void) {
    this.#waiting = waiting;
    this.#say = () => {
      const seconds = Math.round(waiting / 1000);
      note(visibleText(`Nothing more of "${filename}" has come for ${seconds} s: still trying.`));
      this.#restart();
    };
    this.#restart();
  }

  /** So many bytes are there. */
  progress(received: number): void {
    if (received === this.#received) return;
    this.#received = received;
    this.#restart();
  }

  /** It waits for other downloads now, or has failed: nothing of it is expected. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Its turn has come. */
  resume(): void {
    this.#restart();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #restart(): void {
    clearTimeout(this.#timer);
    // A search that ends when its time is over says so itself.
    this.#timer = setTimeout(this.#say, this.#waiting + slack);
  }
}

/** How much longer than that nothing must have come, in milliseconds. */
const slack = 1000;
