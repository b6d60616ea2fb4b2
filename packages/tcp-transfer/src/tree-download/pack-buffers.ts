// The memory that packs are received into: bounded, and used again.
import { deferred, type Deferred } from '../async.ts';
import { systemClock, type Clock } from '../clock.ts';
import { turnTime } from '../sources/source-places.ts';

/** Buffers have this many bytes, or twice as many, and so on: each is of use for many packs. */
const unit = 1024 * 1024 + 64 * 1024;

/** At most this much is in use at a time, in bytes: four of the largest packs. */
const maxInUse = 16 * unit;

/** A source that sends a pack this fast is not stopped for others, in bytes per second. */
const slowRate = 64 * 1024;

/** How often it is looked for a source to stop while others wait, in milliseconds. */
const lookInterval = 1000;

/** Memory that other threads can read. */
export type SharedBytes = Uint8Array<SharedArrayBuffer>;

/** What is received into a buffer. */
interface Receiving {
  readonly since: number;
  readonly bytes: number;
  readonly stop: () => void;
}

/** Buffers for packs. */
export class PackBuffers {
  readonly #clock: Clock;
  /** Kept for later: with those in use they take no more memory than may be in use. */
  readonly #spare: SharedBytes[] = [];
  readonly #waiting = new Set<Deferred<undefined>>();
  readonly #receiving = new Map<SharedBytes, Receiving>();
  #inUse = 0;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /**
   * Waits for memory, and returns a buffer of at least this many bytes. While others wait, whoever sends
   * slowly into theirs for long is stopped.
   *
   * @param stop stops the source that sends into it
   */
  async take(bytes: number, stop: () => void): Promise<SharedBytes> {
    const length = Math.max(1, Math.ceil(bytes / unit)) * unit;
    while (this.#inUse > 0 && this.#inUse + length > maxInUse) await this.#wait();
    const index = this.#spare.findLastIndex((spare) => spare.length === length);
    const [spare] = index < 0 ? [] : this.#spare.splice(index, 1);
    const buffer = spare ?? new Uint8Array(new SharedArrayBuffer(length));
    this.#inUse += length;
    this.#limitSpare();
    this.#receiving.set(buffer, { since: this.#clock.now(), bytes, stop });
    return buffer;
  }

  /** All has come that was received into a buffer. */
  received(buffer: SharedBytes): void {
    this.#receiving.delete(buffer);
  }

  /** A buffer is not used any more. */
  release(buffer: SharedBytes): void {
    this.#receiving.delete(buffer);
    this.#inUse -= buffer.length;
    this.#spare.push(buffer);
    this.#limitSpare();
    for (const { resolve } of this.#waiting) resolve(undefined);
  }

  /** Gives up those that were not used for longest. */
  #limitSpare(): void {
    let bytes = this.#spare.reduce((sum, { length }) => sum + length, this.#inUse);
    while (bytes > maxInUse && this.#spare.length > 0) bytes -= this.#spare.shift()!.length;
  }

  async #wait(): Promise<void> {
    const free = deferred<undefined>();
    this.#waiting.add(free);
    const timer = this.#clock.schedule(() => {
      this.#stopSlowest();
      free.resolve(undefined);
    }, lookInterval);
    await free.promise;
    timer.cancel();
    this.#waiting.delete(free);
  }

  /** Stops the source that has sent a pack for longest, if it is a slow one. */
  #stopSlowest(): void {
    const now = this.#clock.now();
    for (const [buffer, { since, bytes, stop }] of this.#receiving) {
      if (now - since < Math.max(turnTime, (bytes / slowRate) * 1000)) continue;
      this.#receiving.delete(buffer);
      stop();
      return;
    }
  }
}
