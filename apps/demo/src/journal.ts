import type { DemoEvent, StateEvent, WireEvent } from './wire/events.ts';

/** So much of what crossed the wire is kept for a page that is opened later. */
const kept = 4000;

/**
 * For so long news is held back, in milliseconds: that of an arrival can come before that of the
 * departure, from another process.
 */
const hold = 80;

/** An event without its number. */
export type UnnumberedWireEvent = WireEvent extends infer E
  ? E extends WireEvent
    ? Omit<E, 'seq'>
    : never
  : never;

/** What has happened, and who wants to hear what happens next. */
export class Journal {
  readonly #listeners = new Set<(event: DemoEvent) => void>();
  readonly #wire: WireEvent[] = [];
  readonly #held: UnnumberedWireEvent[] = [];
  #seq = 0;

  /** What crossed the wire lately, in the order in which it was told. */
  get wire(): readonly WireEvent[] {
    return this.#wire;
  }

  /** Something crossed the wire. It is told a moment later, in the order of its time. */
  note(event: UnnumberedWireEvent): void {
    this.#held.push(event);
    if (this.#held.length === 1) this.#releaseIn(hold);
  }

  /** Tells whoever listens. */
  tell(event: StateEvent | WireEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Names a listener; what is returned ends that. */
  listen(listener: (event: DemoEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #release(): void {
    const until = performance.timeOrigin + performance.now() - hold;
    this.#held.sort((one, other) => one.at - other.at);
    let ready = this.#held.findIndex(({ at }) => at > until);
    if (ready === -1) ready = this.#held.length;
    for (const event of this.#held.splice(0, ready)) {
      const numbered = { ...event, seq: (this.#seq += 1) } as WireEvent;
      this.#wire.push(numbered);
      if (this.#wire.length > kept) this.#wire.shift();
      this.tell(numbered);
    }
    if (this.#held.length > 0) this.#releaseIn(hold / 2);
  }

  #releaseIn(milliseconds: number): void {
    setTimeout(() => {
      this.#release();
    }, milliseconds);
  }
}
