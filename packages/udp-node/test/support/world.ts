// Nodes on a network in memory, for all tests.
import {
  ManualClock,
  MemoryNetwork,
  seededBits,
  seededRandom,
  type NetworkOptions,
} from '../../src/testing/index.ts';
import { startUdpNode, type Offer, type UdpNode, type UdpNodeOptions } from '../../src/index.ts';

/** A datagram that was sent, as text. */
export interface Sent {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export type NodeOptions = Partial<UdpNodeOptions> & { readonly files?: readonly string[] };

/** Some nodes on a network in memory, in virtual time. Datagrams take one millisecond. */
export class World {
  readonly clock: ManualClock = new ManualClock();
  readonly network: MemoryNetwork;
  /** Everything that was sent, in order. */
  readonly sent: Sent[] = [];
  readonly #bits: () => string;

  constructor(options: NetworkOptions & { readonly record?: boolean } = {}) {
    this.network = new MemoryNetwork(this.clock, options);
    this.#bits = seededBits(seededRandom((options.seed ?? 0) + 1));
    if (options.record === false) return;
    this.network.watch(({ bytes, ...datagram }) => {
      this.sent.push({ ...datagram, text: new TextDecoder().decode(bytes) });
    });
  }

  /** Starts a node at 127.0.0.1 that serves `files` from TCP port `port` + 10000. */
  start(port: number, options: NodeOptions = {}): Promise<UdpNode> {
    const { files = [], ...rest } = options;
    return startUdpNode({
      port,
      tcpPort: port + 10_000,
      hasFile: (filename) => files.includes(filename),
      clock: this.clock,
      random: this.#bits,
      transport: this.network.open({ host: '127.0.0.1', port }),
      ...rest,
    });
  }

  /** Starts a node that speaks and waits as the original does. */
  startOriginal(port: number, options: NodeOptions = {}): Promise<UdpNode> {
    return this.start(port, { protocol: 1, ...options });
  }

  /** A peer that is driven by hand, at 127.0.0.1. */
  peer(port: number): Peer {
    const transport = this.network.open({ host: '127.0.0.1', port });
    const received: string[] = [];
    transport.onDatagram((datagram) => received.push(new TextDecoder().decode(datagram)));
    return {
      received,
      send: (text, to) =>
        void transport.send(new TextEncoder().encode(text), { host: '127.0.0.1', port: to }),
    };
  }

  /** Collects offers with the time of their arrival, until the search ends. */
  async collect(offers: AsyncIterable<Offer>): Promise<[number, string][]> {
    const collected: [number, string][] = [];
    for await (const { address } of offers) {
      collected.push([this.clock.now(), `${address.host}:${address.port}`]);
    }
    return collected;
  }

  /** The first offer, and when it came; undefined if there is none. */
  async first(offers: AsyncIterable<Offer>): Promise<{ at: number; offer: Offer } | undefined> {
    for await (const offer of offers) return { at: this.clock.now(), offer };
    return undefined;
  }
}

/** A peer that is driven by hand. */
export interface Peer {
  readonly received: string[];
  readonly send: (text: string, to: number) => void;
}

export const at = (port: number): string => `127.0.0.1:${port}`;

export const addressesOf = (node: UdpNode): string[] =>
  node.members().map(({ address }) => address);
