// Who has accepted what, so that the receivers of one send can fetch from each other.
import { formatPeerAddress, hostOf, ipVersion, isLoopback } from '@peerlane/protocol';
import type { Member } from '@peerlane/udp-node';
import type { PreparedItem } from '../sends/outgoing.ts';

/** The most servers that a receiver is told of: docs/protocol.md, "Accept". */
const maxPeers = 16;

/** The servers of those who have accepted each thing of a send. */
export class AcceptedBy {
  readonly #servers = new Map<PreparedItem, Map<string, string>>();

  /** A member has accepted a thing. */
  add(item: PreparedItem, { address, tcpPort }: Pick<Member, 'address' | 'tcpPort'>): void {
    const host = hostOf(address);
    // A name would have to be resolved at the other receivers, where it may mean another machine.
    if (tcpPort === undefined || ipVersion(host) === undefined) return;
    const servers = this.#servers.get(item) ?? new Map<string, string>();
    servers.set(address, formatPeerAddress({ host, port: tcpPort }));
    this.#servers.set(item, servers);
  }

  /** The servers of the others; a loopback address means something on this machine alone. */
  othersFor(item: PreparedItem, receiver: string): readonly string[] {
    const isNear = isLoopback(hostOf(receiver));
    return [...(this.#servers.get(item) ?? [])]
      .filter(([address]) => address !== receiver && (isNear || !isLoopback(hostOf(address))))
      .map(([, server]) => server)
      .slice(-maxPeers);
  }
}
