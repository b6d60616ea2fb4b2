// Remembers which hosts have lately shown that they are there.
import type { Clock } from '../system/clock.ts';
import { isLoopback } from '@peerlane/protocol';

/**
 * How certain it is that datagrams reach a host. The system sends at once to a host whose link-layer
 * address it knows; datagrams to any other host stay in the socket's buffer until that is found.
 */
export type Standing =
  /** It is this machine, or it returned a token a moment ago. */
  | 'reachable'
  /** It returned a token in the last round or so, and has left nothing unanswered since. */
  | 'known'
  /** A datagram came from its address, which may be forged. */
  | 'heard'
  /** It may not exist. */
  | 'unknown';

/**
 * How long a host stays reachable, in milliseconds: less time than the system needs to notice that a
 * neighbour has vanished (on Linux 5 s before it probes, and 3 s of probing).
 */
export const reachableFor = 5000;

/** How long a host stays known, in periods: each period it gets a ping. */
const knownFor = 1.5;

/** How long a host counts as heard, in periods. */
const heardFor = 3;

/** The most hosts that are remembered as known, and as heard. */
const maxHosts = 10_000;

/** The hosts that have lately shown that they are there. */
export class Reachability {
  readonly #clock: Clock;
  readonly #period: number;
  // Apart from each other: forged senders must not push out known hosts.
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

  /** When a host last returned a token: `-Infinity` for never. This machine always counts as confirmed. */
  confirmedAt(host: string): number {
    if (isLoopback(host)) return Infinity;
    return this.#confirmed.get(host) ?? -Infinity;
  }

  /** A host returned a token, which is known only at its address. */
  noteConfirmed(host: string): void {
    note(this.#confirmed, host, this.#clock.now());
  }

  /** A host did not return a token in time. */
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
