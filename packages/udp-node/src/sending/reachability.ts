import type { Clock } from '../system/clock.ts';
import { isLoopback } from '@peerlane/protocol';

/**
 * How sure it is that datagrams reach a host. The system sends at once to a host whose link-layer
 * address it knows; what goes to any other host stays in the socket's buffer until that is found.
 */
export type Standing =
  /** On this machine, or it returned what was sent to it a moment ago. */
  | 'reachable'
  /** It returned what was sent to it in the last round or so, and has left nothing unanswered since. */
  | 'known'
  /** Something came from its address, which may be forged. */
  | 'heard'
  /** It may not exist. */
  | 'unknown';

/**
 * How long a host stays reachable, in milliseconds: less than the system needs to notice that a
 * neighbour has vanished (5 s until it probes it on Linux, and 3 s of probing).
 */
export const reachableFor = 5000;

/** For how many periods a host stays known: each period it gets a ping. */
const knownFor = 1.5;

/** For how many periods a host counts as heard. */
const heardFor = 3;

/** How many hosts are remembered as known, and how many as heard. */
const maxHosts = 10_000;

/** Which hosts have lately shown that they are there. */
export class Reachability {
  readonly #clock: Clock;
  readonly #period: number;
  // Apart, so that forged senders make it forget no host that is known.
  readonly #confirmed = new Map<string, number>();
  readonly #heard = new Map<string, number>();

  constructor(clock: Clock, period: number) {
    this.#clock = clock;
    this.#period = period;
  }

  standing(host: string): Standing {
    const now = this.#clock.now();
    const silence = now - this.confirmedAt(host);
    if (silence < reachableFor) return 'reachable';
    if (silence < knownFor * this.#period) return 'known';
    const heardAt = this.#heard.get(host) ?? -Infinity;
    return now - heardAt < heardFor * this.#period ? 'heard' : 'unknown';
  }

  /** When a host last returned what was sent to it: `-Infinity` for never. This machine always does. */
  confirmedAt(host: string): number {
    if (isLoopback(host)) return Infinity;
    return this.#confirmed.get(host) ?? -Infinity;
  }

  /** A host returned what only someone at its address could know. */
  noteConfirmed(host: string): void {
    note(this.#confirmed, host, this.#clock.now());
  }

  /** A host did not return what was sent to it. */
  noteUnanswered(host: string): void {
    this.#confirmed.delete(host);
  }

  /** A datagram came in the name of a host. */
  noteHeard(host: string): void {
    if (!isLoopback(host)) note(this.#heard, host, this.#clock.now());
  }
}

function note(times: Map<string, number>, host: string, now: number): void {
  times.delete(host);
  times.set(host, now);
  const [oldest] = times.keys();
  if (times.size > maxHosts && oldest !== undefined) times.delete(oldest);
}
