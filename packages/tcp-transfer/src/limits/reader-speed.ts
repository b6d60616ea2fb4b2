// Measures how fast a client reads while it has a place at a server. Pure.
import type { SpeedMeter } from './speed-meter.ts';

/** A wait for a write that is shorter, in milliseconds, is no sign of a slow reader: the system takes the bytes. */
const noticeable = 100;

/** How long a client must have had its place before its speed is known, in milliseconds. */
const judgedAfter = 5000;

/** More than any system buffers, in bytes. */
const beyondBuffers = 16 * 1024 * 1024;

/**
 * The speed of one client, over the last five to ten seconds. All time counts in which it has its place,
 * so that a client that lets its requests wait, or asks for next to nothing, is slow too. What the system
 * buffered before the first noticeable wait does not count.
 */
export class ReaderSpeed implements SpeedMeter {
  /** When the client got its place; until then no speed of it is known. */
  #startedAt = Infinity;
  /** When the latest span began, and the bytes of it and of the span before. */
  #spanAt = Infinity;
  #latest = 0;
  #before = 0;
  #waitingSince: number | undefined;
  /** Whether a write had to wait once, because the buffers of the system were full. */
  #hasFilled = false;

  /** The client gets its place. */
  start(now: number): void {
    this.#startedAt = this.#spanAt = now;
  }

  /** The server begins to wait for the client. */
  resume(now: number): void {
    this.#waitingSince ??= now;
  }

  /** The server waits no longer. */
  pause(now: number): void {
    this.#turn(now);
    const isFirst = !this.#hasFilled && this.#waitOf(now) >= noticeable;
    this.#waitingSince = undefined;
    if (!isFirst) return;
    this.#latest = this.#unbuffered();
    this.#before = 0;
    this.#hasFilled = true;
  }

  /** Bytes have moved. */
  moved(bytes: number): void {
    this.#latest += bytes;
  }

  /** In bytes per second; `undefined` if the client has not had its place for long enough. */
  bytesPerSecond(now: number): number | undefined {
    if (now - this.#startedAt < judgedAfter) return undefined;
    this.#turn(now);
    const isFirst = !this.#hasFilled && this.#waitOf(now) >= noticeable;
    const bytes = isFirst ? this.#unbuffered() : this.#before + this.#latest;
    const since = Math.max(this.#startedAt, this.#spanAt - judgedAfter);
    return (bytes / (now - since)) * 1000;
  }

  /** Begins another span if it is time to. */
  #turn(now: number): void {
    const spans = Math.floor((now - this.#spanAt) / judgedAfter);
    if (spans <= 0) return;
    this.#before = spans === 1 ? this.#latest : 0;
    this.#latest = 0;
    this.#spanAt += spans * judgedAfter;
  }

  #unbuffered(): number {
    return Math.max(0, this.#before + this.#latest - beyondBuffers);
  }

  #waitOf(now: number): number {
    return this.#waitingSince === undefined ? 0 : now - this.#waitingSince;
  }
}
