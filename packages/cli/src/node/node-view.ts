// The part of a node that tells where it is, what it shares, and who is in its cluster.
import { EventEmitter } from 'node:events';
import type { PeerAddress } from '@peerlane/protocol';
import type { Member } from '@peerlane/udp-node';
import type { NodeEvents } from './node-options.ts';
import { totalsOf, type SharedTotals } from './shared-totals.ts';
import type { Running } from './start-parts.ts';
import type {
  NodeSendOptions,
  PreparedItem,
  PreparedSend,
  PrepareSendOptions,
  SendItem,
  SendOutcome,
} from '../sends/outgoing.ts';

/** A node as it is seen from outside. All of it throws NodeError `not-started` and `closed`. */
export abstract class NodeView extends EventEmitter<NodeEvents> {
  /**
   * The parts of the node.
   * @internal
   */
  protected abstract started(): Running;

  /**
   * The UDP address at which the node is bound.
   *
   * @throws NodeError `not-started`, `closed`, as does everything that needs a running node
   */
  get address(): PeerAddress {
    return this.started().udp.address;
  }

  /** The TCP address at which the node serves its files. */
  get tcpAddress(): PeerAddress {
    return this.started().tcp.address;
  }

  /** The numbers of files and folders that the node shares now, and the sum of the files' sizes. */
  async shared(): Promise<SharedTotals> {
    return await totalsOf(this.started().library.files);
  }

  /** The members of the cluster, without this node. Their times are those of `performance.now()`. */
  members(): Member[] {
    return this.started().udp.members();
  }

  /** Pings every member: one that is not there has `owesSince` from then on. */
  pingMembers(): void {
    this.started().udp.pingMembers();
  }

  /** Whether the node has been told of the members that others know, so that its list is complete for now. */
  get hasConverged(): boolean {
    return this.started().udp.hasConverged;
  }

  /**
   * Adds a node to the cluster that was found in some other way, as `host:port`.
   *
   * @throws ProtocolError `bad-address`
   */
  join(address: string): void {
    this.started().udp.join(address);
  }

  /**
   * Whether a peer, by its name or any of its addresses, is there: it has spoken and is not silent.
   *
   * @throws ProtocolError `bad-address`
   */
  isHeard(peer: string): boolean {
    return this.started().udp.isHeard(peer);
  }

  /**
   * Prepares files, folders and texts that the node shares to be sent, to one receiver or to many: hashes
   * them, unless their content is known already.
   *
   * @throws TransferError `no-file` if one of them is not shared, or is too large, and `changed` if it is being
   * written to, or cannot be read; the reason of an aborted `signal`; NodeError `closed`
   */
  async prepareSend(
    items: readonly SendItem[],
    options: PrepareSendOptions = {},
  ): Promise<PreparedSend> {
    return this.started().sends.prepare(items, options);
  }

  /**
   * Offers an item of a send to a receiver, and asks it how far it is until it has it all or there is another
   * end. A receiver that is away is tried again, and goes on with what it has. The node has to go on sharing
   * the item meanwhile.
   *
   * @param to the address of a member, as in `members()`, whose server is looked up each time; or of the TCP
   * server of a node. A member of version 1 is not asked: `unsupported`
   * @throws the reason of an aborted `signal`; NodeError `closed`
   */
  async send(
    item: PreparedItem,
    to: string | PeerAddress,
    options: NodeSendOptions,
  ): Promise<SendOutcome> {
    return this.started().sends.send(item, to, options);
  }
}
