// The events of the demo in the order of their times, for the pages that are open.
import type { DemoEvent, StateEvent, WireEvent } from './wire/events.ts';

/** The most wire events that are kept for a page that is opened later. */
const maxWireEvents = 4000;

/**
 * How long wire events are held back to put them in order, in milliseconds. They come from several
 * processes: a datagram can be reported as received before it is reported as sent.
 */
const orderingDelay = 80;

/** An event without its number. */
export type UnnumberedWireEvent = WireEvent extends infer E
  ? E extends WireEvent
    ? Omit<E, 'seq'>
    : never
  : never;

/** The events so far, and the listeners for later ones. */
export class Journal {
  readonly #listeners = new Set<(event: DemoEvent) => void>();
  readonly #wire: WireEvent[] = [];
  readonly #held: UnnumberedWireEvent[] = [];
  #seq = 0;

  /** The latest wire events, in the order in which they were emitted. */
  get wire(): readonly WireEvent[] {
    return this.#wire;
  }

  /** Adds a wire event. It is emitted a moment later, in the order of its time. */
  note(event: UnnumberedWireEvent): void {
    this.#held.push(event);
    if (this.#held.length === 1) this.#releaseIn(orderingDelay);
  }

  /** Calls all listeners with an event. */
  emit(event: StateEvent | WireEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Adds a listener. The result removes it. */
  listen(listener: (event: DemoEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #release(): void {
    const until = performance.timeOrigin + performance.now() - orderingDelay;
    this.#held.sort((one, other) => one.at - other.at);
    let ready = this.#held.findIndex(({ at }) => at > until);
    if (ready === -1) ready = this.#held.length;
    for (const event of this.#held.splice(0, ready)) {
      const numbered = { ...event, seq: (this.#seq += 1) } as WireEvent;
      this.#wire.push(numbered);
      if (this.#wire.length > maxWireEvents) this.#wire.shift();
      this.emit(numbered);
    }
    if (this.#held.length > 0) this.#releaseIn(orderingDelay / 2);
  }

  #releaseIn(milliseconds: number): void {
    setTimeout(() => {
      this.#release();
    }, milliseconds);
  }
}
