// The one place that every message passes on its way out: checks where it goes, resolves the name of
// its receiver, encodes it, and leaves the timing to the pacer.
import {
  encodeMessage,
  formatPeerAddress,
  isLoopback,
  type Message,
  type PeerAddress,
} from '@peerlane/protocol';
import { faultOf, type Allow } from '../limits/allow.ts';
import type { Clock } from '../system/clock.ts';
import type { NameLookup } from './name-lookup.ts';
import { Pacer, type Datagram } from './pacer.ts';
import { reasonOf } from '../system/reason.ts';
import type { Parcel } from './send-lanes.ts';
import type { Kind } from './send-window.ts';
import type { DatagramTransport } from '../transport/transport.ts';
import type { WarningKind } from '../limits/warnings.ts';

/** The parts of a node that an {@link Outlet} uses. */
export interface OutletOptions {
  readonly settings: {
    readonly clock: Clock;
    /** In milliseconds. */
    readonly period: number;
    readonly allow: Allow;
    /** How many bytes longer a datagram is on the wire. */
    readonly overhead: number;
  };
  readonly transport: DatagramTransport;
  /** Sends announcements to the local network; `undefined` if there are none. */
  readonly lan: Announcer | undefined;
  readonly names: NameLookup;
  readonly isConfigured: (member: string) => boolean;
  /** Whether a member returns pings. */
  readonly returnsPings: (member: string) => boolean;
  /** Called when a member's name was resolved to an IP address and port. Returns whether those are its own. */
  readonly onResolved: (member: string, endpoint: string) => boolean;
  readonly onSent: (bytes: Uint8Array, to: string) => void;
  readonly warn: (kind: WarningKind, peer: string | undefined, message: string) => void;
}

/** Sends a datagram to all of the local network. */
export interface Announcer {
  announce(datagram: Uint8Array): Promise<void>;
}

/** A search on whose behalf something is sent. */
export interface Asking {
  /** Names the search to its peers. */
  readonly req: string;
  /** Whether it has ended: nothing more needs to be sent for it. */
  readonly ended: boolean;
  /** Called with the IP address and port of a member before anything is sent to it. */
  noteEndpoint(member: string, endpoint: string): void;
}

/** Messages for a member. */
export interface Mail {
  readonly to: string;
  readonly messages: readonly Message[];
}

/** Messages that wait for the lookup of a member's name: the newest of each search, and of none. */
type Waiting = Map<Asking | undefined, readonly Message[]>;

/** The codes of errors by which the system says that it has no memory left for any datagram. */
const outOfMemoryCodes: ReadonlySet<string> = new Set(['ENOBUFS', 'ENOMEM', 'EAGAIN']);

/** The one place that every message passes on its way out, also to the local network. */
export class Outlet {
  readonly #options: OutletOptions;
  readonly #pacer: Pacer;
  // A part of a list goes to many members, and is encoded once.
  readonly #encoded = new WeakMap<Message, Datagram>();
  readonly #waiting = new Map<string, Waiting>();
  #closed = false;

  constructor(options: OutletOptions) {
    this.#options = options;
    const { settings, warn } = options;
    this.#pacer = new Pacer({
      settings,
      encode: (message) => this.#encode(message),
      transmit: (datagram, parcel) => this.#transmit(datagram, parcel),
      onDropped: () => {
        warn('full', undefined, 'The network cannot keep up: some outgoing datagrams are dropped.');
      },
    });
  }

  /** A message came from a host. A token that it returns shows that the host is there. */
  heard(host: string, message: Message): void {
    this.#pacer.heard(host, returnedToken(message));
  }

  /** Answers a message that came from an IP address. */
  answer(to: PeerAddress, messages: readonly Message[]): void {
    const parcel = this.#closed ? undefined : this.#parcel(to, messages, 'answer');
    if (parcel) this.#pacer.add(parcel);
  }

  /**
   * Sends messages to a member, whose name is resolved first if it has one. Messages that wait for that,
   * or for their turn, are replaced by later ones of the same search, or of no search: nothing piles up,
   * however slow the resolver or the network is.
   */
  toMember(member: string, messages: readonly Message[], asking?: Asking): void {
    const { names, isConfigured, warn } = this.#options;
    const waiting: Waiting =
      this.#waiting.get(member) ?? new Map<Asking | undefined, readonly Message[]>();
    for (const other of waiting.keys()) if (other?.ended) waiting.delete(other);
    waiting.set(asking, messages);
    if (this.#waiting.has(member)) return;
    const found = names.resolve(member, isConfigured(member));
    if (!(found instanceof Promise)) {
      this.#deliver(member, found, waiting);
      return;
    }
    this.#waiting.set(member, waiting);
    found
      .finally(() => this.#waiting.delete(member))
      .then(
        (to) => {
          this.#deliver(member, to, waiting);
        },
        (error: unknown) => {
          const reason = reasonOf(error);
          warn('lookup', member, `Could not find the address of ${member}: ${reason}`);
        },
      );
  }

  /**
   * The IP address and port of a member, to which its datagrams go too.
   *
   * @throws the resolver's error; an Error if nothing may be sent there
   */
  async endpointOf(member: string): Promise<PeerAddress> {
    const { names, isConfigured, settings } = this.#options;
    const to = await names.resolve(member, isConfigured(member));
    const fault = faultOf(to.host, settings.allow);
    if (fault !== undefined) throw new Error(fault);
    return to;
  }

  /** Announces something to the local network. Rejects if it could be sent on no interface. */
  async announce(message: Message): Promise<void> {
    if (!this.#closed) await this.#options.lan?.announce(this.#encode(message).bytes);
  }

  /**
   * Sends goodbyes to the members whose address is known, and nothing more. Resolves when all have left
   * or failed, or when that takes too long.
   */
  async close(goodbyes: readonly Mail[]): Promise<void> {
    const { names, isConfigured } = this.#options;
    this.#closed = true;
    const parcels = goodbyes.flatMap(({ to: member, messages }) => {
      const to = names.resolve(member, isConfigured(member));
      if (to instanceof Promise || !this.#leadsTo(member, to)) return [];
      return this.#parcel(to, messages, 'greet') ?? [];
    });
    await this.#pacer.close(parcels);
  }

  #deliver(member: string, to: PeerAddress, waiting: Waiting): void {
    if (this.#closed || !this.#leadsTo(member, to)) return;
    const endpoint = formatPeerAddress(to);
    for (const [asking, messages] of waiting) {
      if (asking?.ended) continue;
      asking?.noteEndpoint(member, endpoint);
      const parcel = this.#parcel(to, messages, asking ? 'ask' : 'greet');
      if (!parcel) return;
      this.#pacer.add({
        ...parcel,
        key: `${endpoint} ${asking?.req ?? ''}`,
        inSteps: this.#options.returnsPings(member),
        isObsolete: () => asking?.ended === true,
      });
    }
  }

  /** Whether messages for a member may go to an address that its name was resolved to. */
  #leadsTo(member: string, to: PeerAddress): boolean {
    const { transport, isConfigured, onResolved } = this.#options;
    const endpoint = formatPeerAddress(to);
    if (endpoint === member) return true;
    const configured = isConfigured(member);
    // A name from gossip must not lead to a port of this machine.
    const disguised = !configured && isLoopback(to.host);
    if (disguised && !isLoopback(transport.address.host)) return false;
    // Otherwise gossip could bring many names for one address, which would be sent to under each.
    return onResolved(member, endpoint) || configured;
  }

  /** Messages for an IP address; `undefined` if none may be sent there. */
  #parcel(to: PeerAddress, messages: readonly Message[], kind: Kind): Parcel | undefined {
    const { settings, warn } = this.#options;
    const fault = faultOf(to.host, settings.allow);
    if (fault !== undefined) {
      warn('not-allowed', to.host, fault);
      return undefined;
    }
    return {
      ...{ kind, to, peer: formatPeerAddress(to), messages },
      ...{ key: undefined, inSteps: false, isObsolete: () => false },
    };
  }

  async #transmit({ bytes }: Datagram, { to, peer }: Parcel): Promise<boolean> {
    const { transport, onSent, warn } = this.#options;
    onSent(bytes, peer);
    try {
      await transport.send(bytes, to);
      return true;
    } catch (error) {
      const outOfMemory = outOfMemoryCodes.has((error as NodeJS.ErrnoException).code ?? '');
      // Without memory no single peer is to blame.
      warn('send', outOfMemory ? undefined : peer, `Could not send to ${peer}: ${reasonOf(error)}`);
      return !outOfMemory;
    }
  }

  #encode(message: Message): Datagram {
    const known = this.#encoded.get(message);
    if (known) return known;
    const bytes = encodeMessage(message);
    const size = bytes.length + this.#options.settings.overhead;
    const datagram = { bytes, size, token: sentToken(message) };
    this.#encoded.set(message, datagram);
    return datagram;
  }
}

/** The token that a message asks its receiver to return. */
function sentToken(message: Message): string | undefined {
  if (message.type === 'get') return message.extension?.req;
  return message.type === 'discover' ? message.extension?.ping : undefined;
}

/** The token that a message returns. */
function returnedToken(message: Message): string | undefined {
  if (message.type === 'file') return message.extension?.req;
  return message.type === 'discover' ? message.extension?.pong : undefined;
}
