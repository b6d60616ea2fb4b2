// The network between a node and the others, which the demo can make bad.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { formatPeerAddress, type PeerAddress } from '@peerlane/protocol';
import type { Connect, DatagramTransport } from '@peerlane/cli/node';
import { DataHeads } from './data-heads.ts';
import { LinkStream } from './link-stream.ts';
import type { LinkRule, LinkRules } from '../node-messages.ts';

/** The events of a {@link LinkFilter}. Addresses are `host:port`. */
export interface LinkFilterEvents {
  readonly onDropped: (peer: string, bytes: Uint8Array) => void;
  /** A datagram has arrived, and was handed to the node. */
  readonly onPassed: (peer: string, bytes: Uint8Array) => void;
  readonly onConnected: (local: string, server: string) => void;
  /** The first bytes of an answer's data have arrived over a connection of this node. */
  readonly onDataHead: (local: string, head: Uint8Array) => void;
}

/**
 * Applies rules to the datagrams and connections of a node. On one machine nothing gets lost: the filter
 * drops datagrams after they have arrived, so that a capture shows them, and refuses connections before
 * they are opened.
 */
export class LinkFilter {
  readonly #events: LinkFilterEvents;
  readonly #streams = new Map<LinkStream, string>();
  #rules: LinkRules = { links: [], rate: undefined };

  constructor(events: LinkFilterEvents) {
    this.#events = events;
  }

  /** Sets the rules. Connections over links that are cut break. */
  apply(rules: LinkRules): void {
    this.#rules = rules;
    for (const [stream, server] of this.#streams) {
      if (this.#ruleOf('tcp', server)?.cut) stream.destroy(new Error('the link was cut'));
    }
  }

  /** A transport whose datagrams pass the filter on their way in. */
  filter(transport: DatagramTransport): DatagramTransport {
    return {
      address: transport.address,
      onDatagram: (receive) => {
        transport.onDatagram((datagram, from) => {
          const peer = formatPeerAddress(from);
          if (this.#takes(peer)) {
            this.#events.onDropped(peer, datagram);
            return;
          }
          receive(datagram, from);
          this.#events.onPassed(peer, datagram);
        });
      },
      send: (datagram, to) => transport.send(datagram, to),
      close: () => transport.close(),
    };
  }

  /** Opens a connection over the link. */
  readonly connect: Connect = async (address: PeerAddress, signal: AbortSignal) => {
    const server = formatPeerAddress(address);
    if (this.#ruleOf('tcp', server)?.cut) throw new Error('the link is cut');
    const socket = createConnection({ ...address, noDelay: true });
    try {
      await once(socket, 'connect', { signal });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    const { localAddress = '', localPort = 0 } = socket;
    const local = formatPeerAddress({ host: localAddress, port: localPort });
    this.#events.onConnected(local, server);
    const heads = new DataHeads((head) => {
      this.#events.onDataHead(local, head);
    });
    socket.on('data', (bytes) => {
      heads.push(bytes);
    });
    socket.once('close', () => {
      heads.end();
    });
    const stream = new LinkStream(socket, () => this.#rules.rate);
    this.#streams.set(stream, server);
    stream.once('close', () => this.#streams.delete(stream));
    return stream;
  };

  #takes(peer: string): boolean {
    const rule = this.#ruleOf('udp', peer);
    return rule !== undefined && (rule.cut || Math.random() < rule.loss);
  }

  #ruleOf(side: 'udp' | 'tcp', address: string): LinkRule | undefined {
    return this.#rules.links.find((link) => link[side] === address);
  }
}
