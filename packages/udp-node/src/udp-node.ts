import { EventEmitter } from 'node:events';
import { Cluster } from '@peerlane/cluster';
import {
  decodeMessage,
  encodeMessage,
  formatPeerAddress,
  parsePeerAddress,
  splitDiscover,
  type FileMessage,
  type GetMessage,
  type Message,
  type PeerAddress,
} from '@peerlane/protocol';
import { systemClock, type Clock, type Timer } from './clock.ts';
import { DelayedAnswers } from './delayed-answers.ts';
import { NameLookup, systemLookup, type Lookup } from './name-lookup.ts';
import { ownAddresses } from './own-addresses.ts';
import { Search, type Offer } from './search.ts';
import type { DatagramTransport } from './transport.ts';
import { openUdpTransport } from './udp-transport.ts';

/** How a node is started. Times are in milliseconds. */
export interface UdpNodeOptions {
  /**
   * The IP address to bind, or a name that resolves to it; the node is known by this name.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * The UDP port; for 0 the system chooses one.
   * @default 1378
   */
  readonly port?: number;
  /**
   * The members that are known from the start, as `host:port`.
   * @default []
   */
  readonly members?: readonly string[];
  /** The TCP port from which this node serves its files. */
  readonly tcpPort: number;
  /** Whether this node has a file of that name. It is asked for every request. */
  readonly hasFile: (filename: string) => boolean | Promise<boolean>;
  /**
   * How often the cluster is told who is in it.
   * @default 20_000
   */
  readonly period?: number;
  /** @default a UDP socket bound to `host` and `port` */
  readonly transport?: DatagramTransport;
  /** @default the time of this machine */
  readonly clock?: Clock;
  /** @default the system's resolver */
  readonly lookup?: Lookup;
}

/** What a {@link UdpNode} tells. */
export interface UdpNodeEvents {
  /** A new member, as `host:port`. */
  peer: [address: string];
  /** A peer asked for a file. */
  request: [request: { readonly peer: string; readonly filename: string }];
  /** A peer has a file that is looked for. */
  offer: [offer: Offer];
  /** Something went wrong that the node survives; its message may hold text from the network. */
  warning: [error: Error];
}

/** How long a search waits for offers, in milliseconds: the seed's `waiting`. */
const defaultTimeout = 100_000;

/**
 * Binds the socket, tells the members about the cluster, and answers requests from then on.
 *
 * @throws ProtocolError `bad-address` for a member that is no address; the system's error where the
 * port cannot be bound
 */
export async function startUdpNode(options: UdpNodeOptions): Promise<UdpNode> {
  const { host = '127.0.0.1', port = 1378 } = options;
  const transport = options.transport ?? (await openUdpTransport({ host, port }));
  const node = new UdpNode(options, transport);
  node.announce();
  return node;
}

/** The UDP side of a running node: it keeps the cluster together and finds files in it. */
export class UdpNode extends EventEmitter<UdpNodeEvents> {
  /** Where the node is bound; `host` is an IP address. */
  readonly address: PeerAddress;
  readonly #tcpPort: number;
  readonly #hasFile: UdpNodeOptions['hasFile'];
  readonly #period: number;
  readonly #transport: DatagramTransport;
  readonly #clock: Clock;
  readonly #names: NameLookup;
  readonly #cluster: Cluster;
  readonly #answers: DelayedAnswers;
  readonly #searches = new Set<Search>();
  #nextAnnouncement: Timer | undefined;
  #closed = false;

  /** Use {@link startUdpNode}. */
  constructor(options: UdpNodeOptions, transport: DatagramTransport) {
    super();
    this.address = transport.address;
    this.#tcpPort = options.tcpPort;
    this.#hasFile = options.hasFile;
    this.#period = options.period ?? 20_000;
    this.#transport = transport;
    this.#clock = options.clock ?? systemClock;
    this.#names = new NameLookup(options.lookup ?? systemLookup);
    this.#answers = new DelayedAnswers(this.#clock);
    const name = { host: options.host ?? transport.address.host, port: transport.address.port };
    this.#cluster = new Cluster({
      self: [formatPeerAddress(name), ...ownAddresses(transport.address)],
      members: (options.members ?? []).map(normalise),
    });
    transport.onDatagram((datagram, from) => {
      this.#receive(datagram, from);
    });
  }

  /** The members of the cluster, as `host:port`, without this node. */
  members(): string[] {
    return this.#cluster.members();
  }

  /** Tells every member about the cluster now, and again after each period. */
  announce(): void {
    this.#nextAnnouncement?.cancel();
    if (this.#closed) return;
    for (const member of this.#cluster.members()) this.#discover(member);
    this.#nextAnnouncement = this.#clock.schedule(() => {
      this.announce();
    }, this.#period);
  }

  /**
   * Asks the cluster for a file. The offers come in the order of their arrival; iterating ends
   * `timeout` milliseconds after the call.
   *
   * @throws ProtocolError `not-encodable` for a name that version 1 cannot ask for; while iterating,
   * the reason of an aborted `signal`
   */
  find(
    filename: string,
    {
      signal,
      timeout = defaultTimeout,
    }: { readonly signal?: AbortSignal | undefined; readonly timeout?: number } = {},
  ): AsyncIterableIterator<Offer, undefined> {
    const request = encodeMessage({ type: 'get', filename });
    const search = new Search(filename, { signal, timeout }, this.#clock, (ended) => {
      this.#searches.delete(ended);
    });
    this.#searches.add(search);
    for (const member of this.#cluster.members()) this.#ask(search, request, member);
    return search;
  }

  /** Stops the node: searches end, answers that waited are not given. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#nextAnnouncement?.cancel();
    this.#answers.clear();
    for (const search of this.#searches) search.end();
    await this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #receive(datagram: Uint8Array, from: PeerAddress): void {
    if (this.#closed) return;
    const peer = formatPeerAddress(from);
    let message: Message;
    try {
      message = decodeMessage(datagram);
    } catch (cause) {
      this.emit('warning', new Error(`${peer} sent a malformed datagram`, { cause }));
      return;
    }
    switch (message.type) {
      case 'discover':
        this.#learn([peer, ...message.addresses]);
        return;
      case 'get':
        void this.#answer(message, from, peer);
        return;
      case 'file':
        this.#takeOffer(message, from, peer);
        return;
    }
  }

  #learn(addresses: readonly string[]): void {
    for (const member of this.#cluster.merge(addresses)) {
      this.emit('peer', member);
      this.#discover(member);
      for (const search of this.#searches) {
        this.#ask(search, encodeMessage({ type: 'get', filename: search.filename }), member);
      }
    }
  }

  async #answer({ filename }: GetMessage, from: PeerAddress, peer: string): Promise<void> {
    this.emit('request', { peer, filename });
    try {
      if (!(await this.#hasFile(filename)) || this.#closed) return;
    } catch (cause) {
      this.emit(
        'warning',
        new Error(`could not look for the file that ${peer} asked for`, { cause }),
      );
      return;
    }
    const send = (): void => {
      void this.#send(encodeMessage({ type: 'file', method: 1, port: this.#tcpPort }), from);
    };
    if (this.#cluster.hasPriority(peer)) send();
    else this.#answers.add(peer, filename, send);
  }

  #takeOffer({ method, port }: FileMessage, from: PeerAddress, peer: string): void {
    if (method !== 1 || port === 0) return;
    const offer: Offer = { peer, address: { host: from.host, port } };
    const takers = [...this.#searches].filter((search) => search.offer(offer));
    if (takers.length === 0) return;
    this.#cluster.recordResponder(peer);
    this.emit('offer', offer);
  }

  #discover(member: string): void {
    const messages = splitDiscover(this.#cluster.members()).map(encodeMessage);
    void this.#resolve(member).then(
      (to) => to && Promise.all(messages.map((bytes) => this.#send(bytes, to))),
    );
  }

  #ask(search: Search, request: Uint8Array, member: string): void {
    void this.#resolve(member).then((to) => {
      if (to === undefined) return;
      search.addAsked(formatPeerAddress(to));
      return this.#send(request, to);
    });
  }

  async #resolve(member: string): Promise<PeerAddress | undefined> {
    try {
      const to = await this.#names.resolve(member);
      this.#cluster.addAlias(formatPeerAddress(to), member);
      return to;
    } catch (cause) {
      if (!this.#closed)
        this.emit('warning', new Error(`could not find the address of ${member}`, { cause }));
      return undefined;
    }
  }

  async #send(datagram: Uint8Array, to: PeerAddress): Promise<void> {
    try {
      await this.#transport.send(datagram, to);
    } catch (cause) {
      this.emit('warning', new Error(`could not send to ${formatPeerAddress(to)}`, { cause }));
    }
  }
}

function normalise(member: string): string {
  return formatPeerAddress(parsePeerAddress(member));
}
