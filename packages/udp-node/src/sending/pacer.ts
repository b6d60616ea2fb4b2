// Decides when each message leaves, so that messages to dead hosts hold up nothing else.
import type { Message } from '@peerlane/protocol';
import { Alarm } from '../system/alarm.ts';
import type { Clock } from '../system/clock.ts';
import { Reachability, type Standing } from './reachability.ts';
import { SendLanes, type Parcel, type Waiting } from './send-lanes.ts';
import { SendWindow, type Kind } from './send-window.ts';

/** An encoded message. */
export interface Datagram {
  readonly bytes: Uint8Array;
  /** Its length on the wire, in bytes. */
  readonly size: number;
  /** The token that its receiver returns when it answers. */
  readonly token: string | undefined;
}

/** The parts of an outlet that a {@link Pacer} uses. */
export interface PacerOptions {
  readonly settings: {
    readonly clock: Clock;
    /** In milliseconds. */
    readonly period: number;
  };
  readonly encode: (message: Message) => Datagram;
  /** Sends a datagram. Resolves once it has left or failed: to false if the system had no memory. */
  readonly transmit: (datagram: Datagram, parcel: Parcel) => Promise<boolean>;
  /** A parcel was dropped because too many wait. */
  readonly onDropped: (parcel: Parcel) => void;
}

/** The number of datagrams on their way at which only answers follow. */
export const maxUnderway = 256;

/** How long the rest of a list waits for an answer to its first datagram, in milliseconds. */
const maxRestDelay = 10_000;

/** The most time that goodbyes have to leave, in milliseconds. */
const goodbyeTimeout = 2000;

/** How long only answers are sent after the system had no memory, in milliseconds. */
const memoryPause = 250;

/** The parcel that leaves next, and its lane. */
interface Next {
  readonly waiting: Waiting;
  readonly standing: Standing;
}

const kinds: readonly Kind[] = ['answer', 'ask', 'greet'];
const standings: readonly Standing[] = ['reachable', 'known', 'heard', 'unknown'];

/**
 * Decides when messages leave: answers first, then Gets, then DISCOVERs. To hosts that may not be there
 * it sends so little at a time that this never fills the socket's buffer, behind which everything else
 * would wait.
 */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #clock: Clock;
  readonly #reachability: Reachability;
  readonly #window = new SendWindow();
  readonly #lanes = new SendLanes();
  readonly #underway = new Set<Promise<unknown>>();
  readonly #alarm: Alarm;
  #pausedUntil = -Infinity;
  #pumping = false;

  constructor(options: PacerOptions) {
    this.#options = options;
    const { clock, period } = options.settings;
    this.#clock = clock;
    this.#reachability = new Reachability(clock, period);
    this.#alarm = new Alarm(clock);
  }

  /** Sends a parcel as soon as possible. */
  add(parcel: Parcel): void {
    const standing = this.#reachability.standing(parcel.to.host);
    if (standing === 'reachable' && this.#isFree(parcel.messages.length)) {
      for (const message of parcel.messages) this.#send(this.#options.encode(message), parcel);
      return;
    }
    const dropped = this.#lanes.add(parcel, standing);
    if (dropped) this.#options.onDropped(dropped);
    this.#pump();
  }

  /** A datagram came from a host. `token`: the token that it returned, if any. */
  heard(host: string, token: string | undefined): void {
    this.#expire();
    this.#reachability.noteHeard(host);
    if (token === undefined || !this.#window.confirm(host, token)) return;
    this.#reachability.noteConfirmed(host);
    this.#lanes.release(host);
    this.#pump();
  }

  /**
   * Drops everything that waits and sends these parcels instead, first to the hosts that were confirmed
   * last. Resolves when all have left or failed, or when that takes too long.
   */
  async close(parcels: readonly Parcel[]): Promise<void> {
    this.#lanes.clear();
    this.#alarm.cancel();
    const confirmedAt = ({ to }: Parcel): number => this.#reachability.confirmedAt(to.host);
    for (const parcel of parcels.toSorted((a, b) => confirmedAt(b) - confirmedAt(a)))
      for (const message of parcel.messages) this.#send(this.#options.encode(message), parcel);
    await new Promise<void>((resolve) => {
      const timer = this.#clock.schedule(resolve, goodbyeTimeout);
      void Promise.all(this.#underway).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Sends everything that may leave now, and comes back when more may. */
  #pump(): void {
    // A listener to what is sent may add more, which the call that runs already sends too.
    if (this.#pumping) return;
    this.#pumping = true;
    const now = this.#expire();
    try {
      for (let next = this.#next(now); next; next = this.#next(now)) this.#sendOne(next, now);
    } finally {
      this.#pumping = false;
    }
    if (this.#lanes.size === 0) this.#alarm.cancel();
    else this.#wakeAt(now < this.#pausedUntil ? this.#pausedUntil : this.#window.due);
  }

  /** Whether nothing waits, and that many more datagrams may be on their way. */
  #isFree(count: number): boolean {
    if (this.#lanes.size > 0 || this.#clock.now() < this.#pausedUntil) return false;
    return this.#underway.size + count <= maxUnderway;
  }

  /** Notes the hosts that have not answered in time. Returns the time. */
  #expire(): number {
    const now = this.#clock.now();
    for (const host of this.#window.expire(now)) this.#reachability.noteUnanswered(host);
    this.#lanes.expire(now);
    return now;
  }

  #wakeAt(due: number): void {
    this.#alarm.set(due, () => {
      this.#pump();
    });
  }

  /** The parcel that is to leave next, if any may. */
  #next(now: number): Next | undefined {
    for (const kind of kinds) {
      const full = this.#underway.size >= maxUnderway || now < this.#pausedUntil;
      if (kind !== 'answer' && full) return undefined;
      for (const standing of standings) {
        const waiting = this.#window.admits(kind, standing) && this.#lanes.first(kind, standing);
        if (waiting) return { waiting, standing };
      }
    }
    return undefined;
  }

  #sendOne({ waiting, standing }: Next, now: number): void {
    const { parcel } = waiting;
    const { kind, messages, inSteps } = parcel;
    const { host } = parcel.to;
    const datagram = this.#options.encode(messages[waiting.sent]!);
    const { size, token } = datagram;
    waiting.sent += 1;
    if (waiting.sent === messages.length) this.#lanes.remove(waiting);
    else if (inSteps && standing !== 'reachable') this.#lanes.hold(waiting, now + maxRestDelay);
    if (standing !== 'reachable') this.#window.note({ host, kind, standing, size, token }, now);
    this.#send(datagram, parcel);
  }

  #send(datagram: Datagram, parcel: Parcel): void {
    const sending = this.#options.transmit(datagram, parcel).then((hadMemory) => {
      this.#underway.delete(sending);
      if (!hadMemory) this.#pausedUntil = this.#clock.now() + memoryPause;
      // Not at once: datagrams that have come in meanwhile go first.
      if (this.#lanes.size > 0) this.#wakeAt(-Infinity);
    });
    this.#underway.add(sending);
  }
}
