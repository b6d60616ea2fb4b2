import type { Standing } from './reachability.ts';

/** Why something is sent. */
export type Kind =
  /** It answers a datagram that has just come. */
  | 'answer'
  /** A search asks. */
  | 'ask'
  /** A member is greeted, pinged or told about the cluster. */
  | 'greet';

const kibibyte = 1024;

/**
 * How many bytes the system may hold, by what is to be sent and to whom: while it is less, something
 * more of the kind goes to a host of that standing. Answers to strangers, whose addresses may be
 * forged, count apart; all the rest counts together, so that what is urgent has something left that
 * nothing else can use up. All of it stays below 208 KiB, half of what Linux gives a socket unless it
 * is set up otherwise (see `udp-transport.ts`): a socket whose buffer was full once sends nothing
 * until half of it is free.
 */
export const windowBytes: Readonly<Record<Kind, Readonly<Record<UnsureStanding, number>>>> = {
  answer: { unknown: 24 * kibibyte, heard: 24 * kibibyte, known: 168 * kibibyte },
  ask: { unknown: 116 * kibibyte, heard: 128 * kibibyte, known: 152 * kibibyte },
  greet: { unknown: 64 * kibibyte, heard: 84 * kibibyte, known: 104 * kibibyte },
};

type UnsureStanding = Exclude<Standing, 'reachable'>;

/**
 * After so many milliseconds the system has found a host, or dropped what it held: it asks for its
 * address three times, a second apart.
 */
export const holdTime = 3500;

/** A datagram that goes to a host. */
export interface Sent {
  readonly host: string;
  readonly kind: Kind;
  /** That of the host. */
  readonly standing: Standing;
  /** In bytes. */
  readonly size: number;
  /** What comes back if it arrives there and is answered. */
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

/** What was sent to hosts that have not shown since that it reached them: the system may hold it. */
export class SendWindow {
  // In the order of sending, so that the first is the next to be dropped.
  readonly #unconfirmed = new Set<Unconfirmed>();
  readonly #byHost = new Map<string, Set<Unconfirmed>>();
  #apartBytes = 0;
  #otherBytes = 0;

  /** Whether something more may go to a host of that standing. */
  admits(kind: Kind, standing: Standing): boolean {
    if (standing === 'reachable') return true;
    const bytes = isApart(kind, standing) ? this.#apartBytes : this.#otherBytes;
    return bytes < windowBytes[kind][standing];
  }

  /** A datagram is sent to a host of some standing. */
  note({ host, kind, standing, size, token }: Sent, now: number): void {
    const apart = isApart(kind, standing);
    const sent = { host, apart, cost: bufferedBytes(size), until: now + holdTime, token };
    const ofHost = this.#byHost.get(host) ?? new Set();
    this.#unconfirmed.add(sent);
    this.#byHost.set(host, ofHost.add(sent));
    this.#count(sent.apart, sent.cost);
  }

  /** Whether a token has come back from a host that it was sent to: nothing for the host is held then. */
  confirm(host: string, token: string): boolean {
    const ofHost = [...(this.#byHost.get(host) ?? [])];
    if (!ofHost.some((sent) => sent.token === token)) return false;
    for (const sent of ofHost) this.#delete(sent);
    return true;
  }

  /** Leaves out what the system holds no longer. Returns the hosts that did not answer. */
  expire(now: number): string[] {
    const silent: string[] = [];
    for (const sent of this.#unconfirmed) {
      if (sent.until > now) break;
      this.#delete(sent);
      if (sent.token !== undefined) silent.push(sent.host);
    }
    return silent;
  }

  /** When something expires next; `Infinity` for never. */
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
 * How many bytes of its socket's buffer a datagram takes up, measured on Linux: the headers' room and
 * what the kernel notes of it, in a block of memory that is a power of two.
 */
export function bufferedBytes(size: number): number {
  return 2 ** Math.ceil(Math.log2(size + 384)) + 320;
}
