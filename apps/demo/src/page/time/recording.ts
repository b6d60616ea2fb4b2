// The events of the demo, so that they can be shown once more.
import type { DemoEvent, DemoState } from '../../wire/events.ts';
import { stateAfter } from '../state.ts';

/** The most events that are kept. */
const kept = 8000;

/** An event, and when it happened, in milliseconds since 1970 began. */
export interface Recorded {
  readonly at: number;
  readonly event: DemoEvent;
}

/** Events in the order in which they arrived. The number of an event never changes. */
export class Recording {
  readonly #events: Recorded[] = [];
  #before: DemoState = { nodes: [], links: [], downloads: [], key: '' };
  #first = 0;

  /** The state before the first event that is kept. */
  get before(): DemoState {
    return this.#before;
  }

  /** The number of the first event that is kept. */
  get first(): number {
    return this.#first;
  }

  /** The number that the next event will have. */
  get end(): number {
    return this.#first + this.#events.length;
  }

  /** When the first event that is kept happened; `undefined` without any. */
  get start(): number | undefined {
    return this.#events[0]?.at;
  }

  /** The event of a number, if it is kept. */
  at(number: number): Recorded | undefined {
    return this.#events[number - this.#first];
  }

  /** Records an event. One without a time happens now. */
  add(event: DemoEvent, now: number): void {
    if (event.type === 'snapshot') {
      this.#before = stateAfter(this.#before, event);
      this.#first = this.end;
      this.#events.length = 0;
      return;
    }
    const at = 'at' in event ? event.at : now;
    this.#events.push({ at: Math.max(at, this.#events.at(-1)?.at ?? 0), event });
    if (this.#events.length > kept) this.#dropFirst();
  }

  #dropFirst(): void {
    const { event } = this.#events.shift()!;
    this.#first += 1;
    if (!('at' in event)) this.#before = stateAfter(this.#before, event);
  }
}
