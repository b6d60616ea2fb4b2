import {
  encodeMessage,
  formatPeerAddress,
  isLoopback,
  isUnicast,
  type Message,
  type PeerAddress,
} from '@peerlane/protocol';
import { Alarm } from './alarm.ts';
import type { Allow } from './allow.ts';
import type { Clock } from './clock.ts';
import type { NameLookup } from './name-lookup.ts';
import { reasonOf } from './reason.ts';
import type { DatagramTransport } from './transport.ts';
import type { WarningKind } from './warnings.ts';

/** What an {@link Outlet} needs of its node. */
export interface OutletOptions {
  readonly clock: Clock;
  readonly transport: DatagramTransport;
  readonly names: NameLookup;
  readonly allow: Allow;
  readonly isConfigured: (member: string) => boolean;
  /** A member's name was resolved to an IP address and port. Returns whether those are its own. */
  readonly onResolved: (member: string, endpoint: string) => boolean;
  readonly onSent: (bytes: Uint8Array, to: string) => void;
  readonly warn: (kind: WarningKind, peer: string, message: string) => void;
}

/** While so many datagrams are on their way, lists of more than one datagram wait. */
export const maxUnderway = 1024;

/** A search on whose behalf something is sent. */
export interface Asking {
  /** What is not sent by then is not needed any more. */
  readonly ended: boolean;
  /** Called with the IP address and port of a member before anything is sent to it. */
  noteEndpoint(member: string, endpoint: string): void;
}

/** What waits for a member's name to be looked up: the newest for each search, and of no search. */
type Waiting = Map<Asking | undefined, readonly Message[]>;

/** The one place that every message passes on its way out. */
export class Outlet {
  readonly #options: OutletOptions;
  // A part of a list goes to many members: it is encoded once.
  readonly #encoded = new WeakMap<Message, Uint8Array>();
  readonly #underway = new Set<Promise<void>>();
  readonly #waiting = new Map<string, Waiting>();
  /** The newest list for each member that waits until others have left. */
  readonly #lists = new Map<string, readonly Message[]>();
  readonly #alarm: Alarm;
  #closed = false;

  constructor(options: OutletOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock);
  }

  /**
   * Sends messages to a member, whose name is resolved first where it has one. What waits for that is
   * replaced by what comes later for the same search, or of no search: a slow resolver lets nothing
   * pile up. A list that waits for others to leave is replaced by the next one too: in a large cluster
   * a round is more than a socket takes at once.
   */
  toMember(member: string, messages: readonly Message[], asking?: Asking): void {
    if (messages.length > 1) {
      this.#lists.delete(member);
      if (this.#underway.size >= maxUnderway) {
        this.#lists.set(member, messages);
        return;
      }
    }
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

  /** Sends a message to an IP address. */
  toAddress(to: PeerAddress, message: Message): void {
    if (this.#closed) return;
    const { allow, transport, onSent, warn } = this.#options;
    const peer = formatPeerAddress(to);
    const fault = isUnicast(to.host)
      ? !allow(to.host) && 'is outside of the networks that this node may send to'
      : 'is the address of no single machine';
    if (fault !== false) {
      warn('not-allowed', to.host, `${to.host} ${fault}.`);
      return;
    }
    const bytes = this.#encode(message);
    onSent(bytes, peer);
    const sending = transport.send(bytes, to).catch((error: unknown) => {
      warn('send', peer, `Could not send to ${peer}: ${reasonOf(error)}`);
    });
    this.#track(sending);
  }

  /** Sends nothing more. Resolves when everything that was sent so far has left, or could not. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#lists.clear();
    this.#alarm.cancel();
    await Promise.all(this.#underway);
  }

  #deliver(member: string, to: PeerAddress, waiting: Waiting): void {
    if (this.#closed) return;
    const { transport, isConfigured, onResolved } = this.#options;
    const configured = isConfigured(member);
    const endpoint = formatPeerAddress(to);
    if (endpoint !== member) {
      // Gossip from elsewhere names no port of this machine, in no disguise.
      const disguised = !configured && isLoopback(to.host);
      if (disguised && !isLoopback(transport.address.host)) return;
      // Else gossip could have many names for one address, and each would be sent to.
      if (!onResolved(member, endpoint) && !configured) return;
    }
    for (const [asking, messages] of waiting) {
      if (asking?.ended) continue;
      asking?.noteEndpoint(member, endpoint);
      for (const message of messages) this.toAddress(to, message);
    }
  }

  /** Sends lists that wait, as long as there is room. */
  #sendLists(): void {
    for (const [member, messages] of this.#lists) {
      if (this.#underway.size >= maxUnderway) return;
      this.toMember(member, messages);
    }
  }

  #encode(message: Message): Uint8Array {
    const known = this.#encoded.get(message);
    if (known) return known;
    const bytes = encodeMessage(message);
    this.#encoded.set(message, bytes);
    return bytes;
  }

  #track(work: Promise<void>): void {
    this.#underway.add(work);
    void work.finally(() => {
      this.#underway.delete(work);
      if (this.#lists.size === 0) return;
      // Not at once: what has come in meanwhile has its turn.
      this.#alarm.set(-Infinity, () => {
        this.#sendLists();
      });
    });
  }
}
