import { visibleText } from '@peerlane/protocol';

/** What kind of trouble a warning is about. */
export type WarningKind =
  /** A datagram was no message of the protocol. */
  | 'malformed'
  /** A sender sends more than is let through. */
  | 'flood'
  /** A datagram could not be sent. */
  | 'send'
  /** An address is not one that datagrams may go to. */
  | 'not-allowed'
  /** A name could not be resolved. */
  | 'lookup'
  /** A bound is reached, and something was left out. */
  | 'full'
  /** The callback that looks for files failed. */
  | 'files'
  /** The local network cannot be searched by multicast. */
  | 'multicast';

/** Something went wrong that the node survives. */
export interface Warning {
  readonly kind: WarningKind;
  /** Whom it concerns, as a host or as `host:port`. */
  readonly peer: string | undefined;
  /** One line, safe to print. */
  readonly message: string;
}

const quietTime = 60_000;
const maxRemembered = 1000;

/** Passes a warning of one kind about one peer on at most once a minute. */
export class Warnings {
  readonly #emit: (warning: Warning) => void;
  readonly #last = new Map<string, number>();

  constructor(emit: (warning: Warning) => void) {
    this.#emit = emit;
  }

  /** `now`: milliseconds. */
  add(kind: WarningKind, peer: string | undefined, message: string, now: number): void {
    const key = `${kind} ${peer ?? ''}`;
    const last = this.#last.get(key);
    if (last !== undefined && now - last < quietTime) return;
    // With too many strangers to remember, those who are new are passed over in silence.
    if (last === undefined && !this.#makeRoom(now)) return;
    this.#last.delete(key);
    this.#last.set(key, now);
    this.#emit({ kind, peer, message: visibleText(message) });
  }

  #makeRoom(now: number): boolean {
    if (this.#last.size < maxRemembered) return true;
    const [[oldest, at] = []] = this.#last;
    if (oldest === undefined || at === undefined || now - at < quietTime) return false;
    return this.#last.delete(oldest);
  }
}
