// Decides when a server that accepts no more connections has finished its running transfers.
import type { Clock, Timer } from '../clock.ts';
import { deferred } from '../async.ts';

/** How a server is closed. */
export interface CloseOptions {
  /**
   * How long running transfers may go on: a time in milliseconds, or until a signal is aborted.
   * @default 0
   */
  readonly drain?: number | AbortSignal;
}

/** The connections of a server. */
export interface ServerLoad {
  /** How many connections there are. */
  readonly connections: number;
  /** How many of them are being answered. */
  readonly busy: number;
}

/**
 * How long no connection may be answered until the transfers count as finished, in milliseconds. A
 * client of version 2 fetches a file by many requests, with short pauses between them.
 */
export const quietTime = 500;

/**
 * Waits until a server has no connection, or has answered none for `quietTime`, or until a limit is
 * reached.
 */
export class Drain {
  /** Resolves when the drain is over. */
  readonly over: Promise<void>;
  readonly #clock: Clock;
  readonly #resolve: () => void;
  readonly #limits: (() => void)[] = [];
  #quiet: Timer | undefined;
  #isOver = false;

  constructor(clock: Clock) {
    const { promise, resolve } = deferred<undefined>();
    this.#clock = clock;
    this.over = promise;
    this.#resolve = () => {
      resolve(undefined);
    };
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends the drain after a time in milliseconds, or when a signal is aborted. The first limit counts. */
  limit(limit: number | AbortSignal): void {
    if (this.#isOver) return;
    if (typeof limit === 'number') {
      if (limit <= 0) {
        this.#end();
        return;
      }
      const timer = this.#clock.schedule(this.#end, limit);
      this.#limits.push(() => {
        timer.cancel();
      });
      return;
    }
    if (limit.aborted) {
      this.#end();
      return;
    }
    limit.addEventListener('abort', this.#end, { once: true });
    this.#limits.push(() => {
      limit.removeEventListener('abort', this.#end);
    });
  }

  /** Must be called at the start and whenever the load has changed. */
  update({ connections, busy }: ServerLoad): void {
    if (this.#isOver) return;
    if (busy > 0) {
      this.#quiet?.cancel();
      this.#quiet = undefined;
    } else if (connections === 0) {
      this.#end();
    } else {
      this.#quiet ??= this.#clock.schedule(this.#end, quietTime);
    }
  }

  readonly #end = (): void => {
    this.#isOver = true;
    this.#quiet?.cancel();
    for (const remove of this.#limits) remove();
    this.#resolve();
  };
}
