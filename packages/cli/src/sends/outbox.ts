// Sends what a node shares: hashes it, and offers it to receivers.
import { formatPeerAddress, type PeerAddress } from '@peerlane/protocol';
import {
  offerTo,
  type ConnectionPool,
  type Library,
  type OfferProgress,
} from '@peerlane/tcp-transfer';
import type { Member } from '@peerlane/udp-node';
import type {
  NodeSendOptions,
  PreparedItem,
  PreparedSend,
  PrepareSendOptions,
  SendItem,
  SendOutcome,
} from './outgoing.ts';
import { prepareSend } from './prepare-send.ts';
import { FellowReceivers } from './fellow-receivers.ts';

/** The parts of a node that sending uses. */
export interface OutboxParts {
  readonly library: Library;
  readonly connections: ConnectionPool;
  /** The TCP port at which the node serves. */
  readonly port: number;
  /** The name of the node. */
  readonly name: string | undefined;
  readonly members: () => readonly Member[];
  /** Where a member is. Rejects if nothing may be sent there. */
  readonly endpointOf: (member: string) => Promise<Pick<PeerAddress, 'host'>>;
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** The sends of a node. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #receivers = new FellowReceivers();
  readonly #closing = new AbortController();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** @throws as {@link prepareSend}; the reason with which it was closed */
  async prepare(
    items: readonly SendItem[],
    { signal, ...callbacks }: PrepareSendOptions,
  ): Promise<PreparedSend> {
    const either = this.#until(signal);
    const { library, now } = this.#parts;
    return prepareSend(items, library, { signal: either, ...callbacks }, now);
  }

  /**
   * Offers an item to a receiver until there is an end.
   *
   * @throws the reason of an aborted `signal`; the reason with which it was closed
   */
  async send(
    item: PreparedItem,
    to: string | PeerAddress,
    options: NodeSendOptions,
  ): Promise<SendOutcome> {
    const { send, from = this.#parts.name, onState, giveUpAfter } = options;
    const { connections, port } = this.#parts;
    const isOlder = new AbortController();
    const signal = AbortSignal.any([this.#until(options.signal), isOlder.signal]);
    const receiver = this.#receivers.join(`${send.id} ${item.root} ${item.filename}`);
    let address: PeerAddress | undefined;
    const note = ({ state }: OfferProgress): void => {
      if (state === 'accepted' && address) receiver.accepted(formatPeerAddress(address));
    };
    const find = async (): Promise<PeerAddress | undefined> => {
      address = typeof to === 'string' ? await this.#serverOf(to, isOlder) : to;
      return address;
    };
    const { kind, filename, size, root, files } = item;
    const offer = {
      ...{ send: send.id, kind, filename, size, root, port },
      ...{ items: send.items.length, total: send.total },
      ...(from !== undefined && { from }),
      ...(files !== undefined && { files }),
    };
    try {
      return await offerTo(find, offer, {
        ...{ connections, signal, giveUpAfter },
        peers: options.peers ?? (() => receiver.others()),
        onState: (progress) => {
          note(progress);
          onState?.(progress);
        },
      });
    } catch (error) {
      if (isOlder.signal.aborted && signal.reason === isOlder.signal.reason)
        return { state: 'unsupported' };
      throw error;
    } finally {
      receiver.leave();
    }
  }

  /** Ends everything with a reason. */
  close(reason: Error): void {
    this.#closing.abort(reason);
  }

  #until(signal: AbortSignal | undefined): AbortSignal {
    const { signal: closing } = this.#closing;
    return signal ? AbortSignal.any([signal, closing]) : closing;
  }

  /** The server of a member; `undefined` if it is not there. One of version 1 is never asked. */
  async #serverOf(address: string, isOlder: AbortController): Promise<PeerAddress | undefined> {
    const member = this.#parts.members().find((each) => each.address === address);
    // One that has not proven its address could direct connections to somebody else's.
    if (member?.state !== 'heard') return undefined;
    if (member.version === 1) isOlder.abort(new Error('the receiver is of version 1'));
    const { tcpPort } = member;
    if (member.version === 1 || tcpPort === undefined) return undefined;
    const { host } = await this.#parts.endpointOf(address);
    return { host, port: tcpPort };
  }
}
