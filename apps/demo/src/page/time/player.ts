// Shows what was recorded: live, paused, message by message, slowly, or from an earlier time on.
import type { DemoEvent } from '../../wire/events.ts';
import { Recording } from './recording.ts';

/** The part of the page on which a player shows events. */
export interface Screen {
  /**
   * Shows an event.
   *
   * @param isPast whether it is shown only to get to a later one
   * @returns whether there is a new message now
   */
  show(event: DemoEvent, isPast: boolean): boolean;
}

/** How the shown time passes. */
export type Pace = 'live' | 'paused' | 'slow' | 'normal';

/** How much slower than in reality messages are shown in slow motion. */
const slowness = 20;

/** Silence before the next message of which more than this is left passes as fast as it did. */
const lead = 150;

/** The time that the page shows. */
export class Player {
  readonly #recording = new Recording();
  readonly #screen: Screen;
  readonly #clock: () => number;
  /** Which events brought a new message, of those that are shown. */
  #messages: number[] = [];
  /** The number of the next event to show. */
  #next = 0;
  #pace: Pace = 'live';
  #position = 0;
  #lastTick = 0;

  /** @param clock the real time, in milliseconds since 1970 began */
  constructor(screen: Screen, clock: () => number) {
    this.#screen = screen;
    this.#clock = clock;
  }

  get pace(): Pace {
    return this.#pace;
  }

  /** The time that is shown, in milliseconds since 1970 began. */
  get position(): number {
    return this.#pace === 'live' ? this.#clock() : this.#position;
  }

  /** The time of the first event that can be shown. */
  get start(): number {
    return this.#recording.start ?? this.position;
  }

  /** Whether there is a message before what is shown, or one behind it. */
  get canStepBack(): boolean {
    return this.#messages.length > 0;
  }

  get canStep(): boolean {
    return this.#pace !== 'live' && this.#next < this.#recording.end;
  }

  /** Records an event that has just happened. */
  hear(event: DemoEvent): void {
    this.#recording.add(event, this.#clock());
    const { first } = this.#recording;
    if ((this.#messages[0] ?? first) < first) this.#messages.shift();
    if (event.type === 'snapshot') {
      this.#pace = 'live';
      this.#rewind();
    } else if (this.#pace === 'live') this.#showUntil(this.#recording.end, false);
    else if (this.#next < first) this.seek(this.start);
  }

  /** Stays at what is shown. */
  pause(): void {
    this.#change('paused');
  }

  /** Goes on from what is shown, as fast as it happened or slowly. */
  play(pace: 'slow' | 'normal'): void {
    this.#change(pace);
  }

  /** Shows what happens now. */
  goLive(): void {
    this.#showUntil(this.#recording.end, true);
    this.#pace = 'live';
  }

  /** Shows everything up to a time, and stays there. */
  seek(time: number): void {
    this.pause();
    if (time < this.#position || this.#next < this.#recording.first) this.#rewind();
    this.#position = time;
    this.#showUntil(this.#numberAfter(time), true);
  }

  /** Shows one more message, and stays there. */
  step(): void {
    this.pause();
    const { length } = this.#messages;
    while (this.canStep && this.#messages.length === length) this.#showNext(false);
    this.#position = Math.max(this.#position, this.#recording.at(this.#next - 1)?.at ?? 0);
  }

  /** Goes back to before the last message, and stays there. */
  stepBack(): void {
    this.pause();
    const last = this.#messages.at(-1);
    if (last === undefined) return;
    const at = this.#recording.at(this.#messages.at(-2) ?? last)?.at ?? this.start;
    this.#rewind();
    this.#showUntil(last, true);
    this.#position = at;
  }

  /** Advances the shown time; to be called often. */
  tick(): void {
    const now = this.#clock();
    const passed = now - this.#lastTick;
    this.#lastTick = now;
    if (this.#pace !== 'slow' && this.#pace !== 'normal') return;
    const ahead = (this.#recording.at(this.#next)?.at ?? now) - this.#position;
    const slow = Math.max(passed / slowness, Math.min(passed, ahead - lead));
    this.#position = Math.min(now, this.#position + (this.#pace === 'slow' ? slow : passed));
    this.#showUntil(this.#numberAfter(this.#position), false);
  }

  #change(pace: Pace): void {
    this.#position = this.position;
    this.#lastTick = this.#clock();
    this.#pace = pace;
  }

  /** The number of the first event that has not happened by a time. */
  #numberAfter(time: number): number {
    let number = Math.max(this.#next, this.#recording.first);
    while ((this.#recording.at(number)?.at ?? Infinity) <= time) number += 1;
    return number;
  }

  #rewind(): void {
    this.#messages = [];
    this.#next = this.#recording.first;
    this.#screen.show({ type: 'snapshot', state: this.#recording.before }, true);
  }

  #showUntil(end: number, isPast: boolean): void {
    if (this.#next < this.#recording.first) this.#rewind();
    while (this.#next < end) this.#showNext(isPast);
  }

  #showNext(isPast: boolean): void {
    const recorded = this.#recording.at(this.#next);
    if (recorded && this.#screen.show(recorded.event, isPast)) this.#messages.push(this.#next);
    this.#next += 1;
  }
}
