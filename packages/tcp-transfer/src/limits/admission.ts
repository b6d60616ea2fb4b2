// Decides which connections a server serves, lets wait, closes for others, or refuses. Pure logic.
import { checkCount } from '../check-options.ts';

/** How many connections a server may have. */
export interface AdmissionLimits {
  /** How many connections are served at a time. */
  readonly maxConnections: number;
  /** How many of these may come from one address. */
  readonly maxConnectionsPerAddress: number;
  /** How many connections may wait to be served. */
  readonly maxWaiting: number;
  /** How long a connection may wait, in milliseconds. */
  readonly maxWait: number;
}

/** A decision about a connection: to serve it, to close it for another, or to close it unserved. */
export type Decision =
  | { readonly type: 'admit'; readonly id: number }
  | { readonly type: 'evict'; readonly id: number }
  | { readonly type: 'refuse'; readonly id: number };

interface Admitted {
  readonly address: string;
  readonly reader: Reader | undefined;
  /** Since when it has been idle, in milliseconds; `undefined` while a request is answered. */
  idleSince: number | undefined;
}

interface Waiting {
  readonly address: string;
  readonly reader: Reader | undefined;
  readonly since: number;
}

/**
 * How long a connection must have done nothing until it counts as idle, in milliseconds. If many
 * connections come at once, none is closed before its request can have arrived.
 */
const idleAfter = 250;

/** A client that reads faster is not closed for another, in bytes per second. */
const slowRate = 256 * 1024;

/** How often connections are looked at while others wait, in milliseconds. */
const lookInterval = idleAfter;

/** A client of which it is known how fast it reads, and whether it only keeps its place. */
export interface Reader {
  /** `undefined` as long as it is not known. */
  bytesPerSecond(now: number): number | undefined;
}

/**
 * Decides which connections are served. Above a bound the connection that has been idle longest is
 * closed; if none is idle, the slowest one below `slowRate` of the machine with most places, provided
 * that the new connection's machine has fewer; else a new connection waits. Those of the machines with
 * fewest places come first. If too many wait, the oldest one of the machine with most waiting
 * connections is refused, so a crowd keeps out itself and not others. The caller reports each event
 * with its time, in milliseconds.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #admitted = new Map<number, Admitted>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #perAddress = new Map<string, number>();
  #lookedAt = -Infinity;

  /** @throws RangeError if a limit makes no sense */
  constructor(limits: AdmissionLimits) {
    const { maxConnections, maxConnectionsPerAddress, maxWaiting } = limits;
    checkCount({ maxConnections, maxConnectionsPerAddress }, 1);
    checkCount({ maxWaiting }, 0);
    this.#limits = limits;
  }

  /**
   * Reports a new connection, which begins idle.
   *
   * @param address the address, or the machine, that it counts for
   * @param reader without it, the connection is not closed while it is answered
   */
  arrive(id: number, address: string, now: number, reader?: Reader): Decision[] {
    this.#waiting.set(id, { address, since: now, reader });
    const decisions = this.look(now);
    if (this.#waiting.size > this.#limits.maxWaiting) this.#refuse(this.#mostCrowded(), decisions);
    return decisions;
  }

  /** Reports that a request of a served connection is being answered. */
  busy(id: number): void {
    const connection = this.#admitted.get(id);
    if (connection) connection.idleSince = undefined;
  }

  /** Reports that no request of a served connection is being answered any more. */
  idle(id: number, now: number): void {
    const connection = this.#admitted.get(id);
    if (connection) connection.idleSince = now;
  }

  /** Reports that a connection is closed, for whatever reason; an unknown one is ignored. */
  leave(id: number, now: number): Decision[] {
    this.#waiting.delete(id);
    this.#drop(id);
    return this.look(now);
  }

  /** Decides anew, as time has passed. */
  look(now: number): Decision[] {
    this.#lookedAt = now;
    const decisions: Decision[] = [];
    const blocked = new Set<string>();
    const { maxConnectionsPerAddress } = this.#limits;
    const placesOf = (address: string): number => this.#perAddress.get(address) ?? 0;
    const queue = [...this.#waiting].sort(
      ([, one], [, other]) => placesOf(one.address) - placesOf(other.address),
    );
    /** A machine with at least so many places, and not all of its own, gets none. */
    let hopeless = Infinity;
    for (const [id, waiting] of queue) {
      const { address, since } = waiting;
      const places = placesOf(address);
      if (now - since >= this.#limits.maxWait) {
        this.#refuse(id, decisions);
      } else if (
        !blocked.has(address) &&
        (places < hopeless || places >= maxConnectionsPerAddress)
      ) {
        if (this.#admit(id, waiting, now, decisions)) {
          this.#waiting.delete(id);
        } else {
          blocked.add(address);
          if (places < maxConnectionsPerAddress) hopeless = Math.min(hopeless, places);
        }
      }
    }
    return decisions;
  }

  /** Closes one connection at once: the one that has been idle longest, else the one that waited longest. */
  shed(): Decision[] {
    const decisions: Decision[] = [];
    const idlest = this.#idlest(() => true, Infinity);
    if (idlest !== undefined) this.#evict(idlest, decisions);
    else this.#refuse(this.#waiting.keys().next().value, decisions);
    return decisions;
  }

  /** When to call `look` even if nothing is reported, as a time in milliseconds; `undefined` for never. */
  nextLook(): number | undefined {
    const first = this.#waiting.values().next().value;
    if (!first) return undefined;
    return Math.min(first.since + this.#limits.maxWait, this.#lookedAt + lookInterval);
  }

  #admit(id: number, { address, reader }: Waiting, now: number, decisions: Decision[]): boolean {
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    const ofAddress = this.#perAddress.get(address) ?? 0;
    let victim: number | undefined;
    if (ofAddress >= maxConnectionsPerAddress) {
      const isSame = (other: string): boolean => other === address;
      victim = this.#idlest(isSame, now) ?? this.#slowest(isSame, now);
      if (victim === undefined) return false;
    } else if (this.#admitted.size >= maxConnections) {
      victim =
        this.#idlest(() => true, now) ??
        this.#slowest((other) => this.#perAddress.get(other)! > ofAddress, now);
      if (victim === undefined) return false;
    }
    if (victim !== undefined) this.#evict(victim, decisions);
    this.#admitted.set(id, { address, reader, idleSince: now });
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    decisions.push({ type: 'admit', id });
    return true;
  }

  #idlest(matches: (address: string) => boolean, now: number): number | undefined {
    let found: number | undefined;
    let since = Infinity;
    for (const [id, { address, idleSince }] of this.#admitted) {
      if (idleSince === undefined || idleSince + idleAfter > now || !matches(address)) continue;
      if (idleSince < since) [found, since] = [id, idleSince];
    }
    return found;
  }

  #slowest(matches: (address: string) => boolean, now: number): number | undefined {
    let found: { readonly id: number; readonly places: number; readonly speed: number } | undefined;
    for (const [id, { address, reader }] of this.#admitted) {
      if (!matches(address)) continue;
      const speed = reader?.bytesPerSecond(now) ?? Infinity;
      const places = this.#perAddress.get(address)!;
      if (speed >= slowRate || (found && places < found.places)) continue;
      if (!found || places > found.places || speed < found.speed) found = { id, places, speed };
    }
    return found?.id;
  }

  #mostCrowded(): number | undefined {
    const oldest = new Map<string, { readonly id: number; count: number }>();
    let most: { readonly id: number; count: number } | undefined;
    for (const [id, { address }] of this.#waiting) {
      const crowd = oldest.get(address) ?? { id, count: 0 };
      crowd.count += 1;
      oldest.set(address, crowd);
      if (!most || crowd.count > most.count) most = crowd;
    }
    return most?.id;
  }

  #evict(id: number, decisions: Decision[]): void {
    this.#drop(id);
    decisions.push({ type: 'evict', id });
  }

  #refuse(id: number | undefined, decisions: Decision[]): void {
    if (id === undefined) return;
    this.#waiting.delete(id);
    decisions.push({ type: 'refuse', id });
  }

  #drop(id: number): void {
    const connection = this.#admitted.get(id);
    if (!connection) return;
    this.#admitted.delete(id);
    const left = this.#perAddress.get(connection.address)! - 1;
    if (left > 0) this.#perAddress.set(connection.address, left);
    else this.#perAddress.delete(connection.address);
  }
}
