import {
  encodeMessage,
  formatPeerAddress,
  type Message,
  type PeerAddress,
} from '@peerlane/protocol';
import type { Allow } from './allow.ts';
import { isLoopbackHost } from './loopback-host.ts';
import type { NameLookup } from './name-lookup.ts';
import type { DatagramTransport } from './transport.ts';
import { isUnicast } from './unicast.ts';
import type { WarningKind } from './warnings.ts';

/** What an {@link Outlet} needs of its node. */
export interface OutletOptions {
  readonly transport: DatagramTransport;
  readonly names: NameLookup;
  readonly allow: Allow;
  readonly isConfigured: (member: string) => boolean;
  /** A member's name was resolved to an IP address and port. Returns whether those are its own. */
  readonly onResolved: (member: string, endpoint: string) => boolean;
  readonly onSent: (bytes: Uint8Array, to: string) => void;
  readonly warn: (kind: WarningKind, peer: string, message: string) => void;
}

/** The one place that every message passes on its way out. */
export class Outlet {
  readonly #options: OutletOptions;
  // A part of a list goes to many members: it is encoded once.
  readonly #encoded = new WeakMap<Message, Uint8Array>();
  readonly #underway = new Set<Promise<void>>();

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  /** Sends messages to a member, whose name is resolved first where it has one. */
  toMember(
    member: string,
    messages: readonly Message[],
    onAddress?: (endpoint: string) => void,
  ): void {
    const { names, transport, isConfigured, onResolved, warn } = this.#options;
    const configured = isConfigured(member);
    const send = (to: PeerAddress): void => {
      const endpoint = formatPeerAddress(to);
      if (endpoint !== member) {
        // Gossip from elsewhere names no port of this machine, in no disguise.
        const disguised = !configured && isLoopbackHost(to.host);
        if (disguised && !isLoopbackHost(transport.address.host)) return;
        // Else gossip could have many names for one address, and each would be sent to.
        if (!onResolved(member, endpoint) && !configured) return;
      }
      onAddress?.(endpoint);
      for (const message of messages) this.toAddress(to, message);
    };
    const found = names.resolve(member, configured);
    if (!(found instanceof Promise)) {
      send(found);
      return;
    }
    found.then(send, (error: unknown) => {
      const reason = (error as Error).message;
      warn('lookup', member, `Could not find the address of ${member}: ${reason}`);
    });
  }

  /** Sends a message to an IP address. */
  toAddress(to: PeerAddress, message: Message): void {
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
      warn('send', peer, `Could not send to ${peer}: ${(error as Error).message}`);
    });
    this.#track(sending);
  }

  /** Until everything that was sent so far has left, or could not. */
  async flushed(): Promise<void> {
    await Promise.all(this.#underway);
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
    void work.finally(() => this.#underway.delete(work));
  }
}
