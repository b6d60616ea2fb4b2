// Warnings of a node, limited in number.
import { shownText } from '@peerlane/protocol';

/** The kinds of warnings. */
export type WarningKind =
  /** A datagram held no message of the protocol. */
  | 'malformed'
  /** A sender exceeds the rate limit. */
  | 'flood'
  /** A datagram could not be sent. */
  | 'send'
  /** An address is outside of the networks that datagrams may go to. */
  | 'not-allowed'
  /** A name could not be resolved. */
  | 'lookup'
  /** A bound is reached, and something was left out. */
  | 'full'
  /** The callback that looks for files failed. */
  | 'files'
  /** Other nodes cannot be found by multicast. */
  | 'multicast'
  /** This node is open, and hears a sealed one. */
  | 'sealed-neighbour'
  /** This node is sealed, and hears an open one. */
  | 'open-neighbour'
  /** This node is sealed, and hears one of another sealed cluster. */
  | 'other-cluster'
  /** This node is sealed, and a member no longer uses a key that it has. */
  | 'changed-member'
  /** A sealed datagram is not genuine. */
  | 'forged';

/** A failure that the node survives. */
export interface Warning {
  readonly kind: WarningKind;
  /** The peer that it is about, as a host or as `host:port`. */
  readonly peer: string | undefined;
  /** One line, safe to print, of at most 512 characters. */
  readonly message: string;
}

/** The shortest time between two warnings of one kind and peer, in milliseconds. */
const minGap = 60_000;

/** The most warnings that are remembered. */
const maxRemembered = 1000;

/** Passes a warning of one kind about one peer on at most once a minute. */
export class Warnings {
  readonly #emit: (warning: Warning) => void;
  readonly #last = new Map<string, number>();

  constructor(emit: (warning: Warning) => void) {
    this.#emit = emit;
  }

  /** `now` is in milliseconds. */
  add(kind: WarningKind, peer: string | undefined, message: string, now: number): void {
    const key = `${kind} ${peer ?? ''}`;
    const last = this.#last.get(key);
    if (last !== undefined && now - last < minGap) return;
    // With too many strangers to remember, new ones cause no warning.
    if (last === undefined && !this.#makePlace(now)) return;
    this.#last.delete(key);
    this.#last.set(key, now);
    this.#emit({ kind, peer, message: shownText(message) });
  }

  #makePlace(now: number): boolean {
    if (this.#last.size < maxRemembered) return true;
    const [[oldest, at] = []] = this.#last;
    if (oldest === undefined || at === undefined || now - at < minGap) return false;
    return this.#last.delete(oldest);
  }
}
