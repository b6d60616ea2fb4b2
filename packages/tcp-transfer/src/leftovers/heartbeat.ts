// Shows other processes that an unfinished file is in use, where none can see whether its process runs:
// from another container, or from another machine with the same disk.
import type { Clock, Timer } from '../clock.ts';
import { TransferError } from '../transfer-error.ts';
import type { Unfinished } from './open-unfinished.ts';

/** How often the times of a file in use are renewed, in milliseconds. */
const beatInterval = 2000;

/** A file that was not touched for so long is in use by nobody, in milliseconds. */
export const silentAfter = 10_000;

/**
 * Renews the times of an unfinished file. The runtime has no locks that a system releases at the death of
 * a process, and sockets and pipes are no part of many disks: times are kept by all.
 */
export class Heartbeat {
  readonly #current: () => Unfinished;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #beating: Promise<void> = Promise.resolve();
  /** The time of day, which goes on while a machine sleeps. */
  #last = Date.now();

  /** @param current the file, under the name that it has now */
  constructor(current: () => Unfinished, clock: Clock) {
    this.#current = current;
    this.#clock = clock;
    this.#schedule();
  }

  /**
   * Is called before each write. A process that stood still may have been taken for dead.
   *
   * @throws TransferError `disk` if another process has gone on with the file meanwhile
   */
  async check(): Promise<void> {
    if (Date.now() - this.#last < silentAfter) return;
    const { hidden, name, handle } = this.#current();
    const status = await handle.stat({ bigint: true });
    // On Windows a file may have another number by its handle than by its name.
    if (process.platform !== 'win32' && !(await hidden.holds(name, status)))
      throw new TransferError('disk', 'another process has gone on with the unfinished file');
    this.#last = Date.now();
  }

  /** Resolves when the times of the file stay as they are. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#beating;
  }

  #schedule(): void {
    this.#timer = this.#clock.schedule(() => {
      this.#schedule();
      this.#beating = this.#beat();
    }, beatInterval);
  }

  async #beat(): Promise<void> {
    try {
      await this.check();
      const now = new Date();
      await this.#current().handle.utimes(now, now);
      this.#last = Date.now();
    } catch {
      // A disk that keeps no such time shows the time of the last write. The next write fails if it must.
    }
  }
}
