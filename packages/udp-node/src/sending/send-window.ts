// How many bytes the system may hold for hosts that may not be there.
import type { Standing } from './reachability.ts';

/** The reasons for sending. */
export type Kind =
  /** An answer to a datagram that has just come. */
  | 'answer'
  /** A Get of a search. */
  | 'ask'
  /** A DISCOVER: a hello, a ping or a list. */
  | 'greet';

const kibibyte = 1024;

/**
 * The bytes that the system may hold at most when one more datagram leaves, by the kind of the datagram
 * and the standing of its host. Answers to strangers, whose addresses may be forged, count apart;
 * everything else counts together, so that urgent kinds have a share that no other can use up. All of it
 * stays below 208 KiB, half of what Linux gives a socket by default (see `udp-transport.ts`): once its
 * buffer was full, a socket sends nothing until half of it is free.
 */
export const windowBytes: Readonly<Record<Kind, Readonly<Record<UnsureStanding, number>>>> = {
  answer: { unknown: 24 * kibibyte, heard: 24 * kibibyte, known: 168 * kibibyte },
  ask: { unknown: 116 * kibibyte, heard: 128 * kibibyte, known: 152 * kibibyte },
  greet: { unknown: 64 * kibibyte, heard: 84 * kibibyte, known: 104 * kibibyte },
};

type UnsureStanding = Exclude<Standing, 'reachable'>;

/**
 * How long the system holds a datagram at most, in milliseconds: it asks for the host's address three
 * times, a second apart, and then drops the datagram.
 */
export const holdTime = 3500;

/** A datagram that goes to a host. */
export interface Sent {
  readonly host: string;
  readonly kind: Kind;
  /** The standing of the host. */
  readonly standing: Standing;
  /** In bytes. */
  readonly size: number;
  /** The token that comes back if the datagram arrives and is answered. */
  readonly token: string | undefined;
}

/** A datagram that the system may hold. */
interface Unconfirmed {
  readonly host: string;
  /** Whether it answers a stranger. */
  readonly apart: boolean;
  readonly cost: number;
  readonly until: number;
  readonly token: string | undefined;
}

/** The datagrams that the system may still hold: their hosts have not answered since. */
export class SendWindow {
  // In the order of sending: the first is the next to expire.
  readonly #unconfirmed = new Set<Unconfirmed>();
  readonly #byHost = new Map<string, Set<Unconfirmed>>();
  #apartBytes = 0;
  #otherBytes = 0;

  /** Whether one more datagram may go to a host of that standing. */
  admits(kind: Kind, standing: Standing): boolean {
    if (standing === 'reachable') return true;
    const bytes = isApart(kind, standing) ? this.#apartBytes : this.#otherBytes;
    return bytes < windowBytes[kind][standing];
  }

  /** Notes that a datagram is sent. */
  note({ host, kind, standing, size, token }: Sent, now: number): void {
    const apart = isApart(kind, standing);
    const sent = { host, apart, cost: bufferedBytes(size), until: now + holdTime, token };
    const ofHost = this.#byHost.get(host) ?? new Set();
    this.#unconfirmed.add(sent);
    this.#byHost.set(host, ofHost.add(sent));
    this.#count(sent.apart, sent.cost);
  }

  /** Whether a host returned a token that was sent to it. The system holds nothing for it then. */
  confirm(host: string, token: string): boolean {
    const ofHost = [...(this.#byHost.get(host) ?? [])];
    if (!ofHost.some((sent) => sent.token === token)) return false;
    for (const sent of ofHost) this.#delete(sent);
    return true;
  }

  /** Removes the datagrams that the system holds no longer. Returns the hosts that did not answer. */
  expire(now: number): string[] {
    const silent: string[] = [];
    for (const sent of this.#unconfirmed) {
      if (sent.until > now) break;
      this.#delete(sent);
      if (sent.token !== undefined) silent.push(sent.host);
    }
    return silent;
  }

  /** When the next datagram expires; `Infinity` for never. */
  get due(): number {
    const [first] = this.#unconfirmed;
    return first?.until ?? Infinity;
  }

  #delete(sent: Unconfirmed): void {
    const ofHost = this.#byHost.get(sent.host);
    ofHost?.delete(sent);
    if (ofHost?.size === 0) this.#byHost.delete(sent.host);
    this.#unconfirmed.delete(sent);
    this.#count(sent.apart, -sent.cost);
  }

  #count(apart: boolean, bytes: number): void {
    if (apart) this.#apartBytes += bytes;
    else this.#otherBytes += bytes;
  }
}

function isApart(kind: Kind, standing: Standing): boolean {
  return kind === 'answer' && standing !== 'known';
}

/**
 * How many bytes of its socket's buffer a datagram uses, measured on Linux: its headers and the kernel's
 * bookkeeping, in a block of memory that is a power of two.
 */
export function bufferedBytes(size: number): number {
  return 2 ** Math.ceil(Math.log2(size + 384)) + 320;
}
