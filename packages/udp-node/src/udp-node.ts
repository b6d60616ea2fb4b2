// The UDP side of a running node: connects its view of the cluster with its datagrams and its user.
import { EventEmitter } from 'node:events';
import type { Member } from '@peerlane/cluster';
import { formatPeerAddress, parsePeerAddress, type PeerAddress } from '@peerlane/protocol';
import { Responder } from './answers/responder.ts';
import { changeHandler } from './change-handler.ts';
import type { UdpNodeEvents } from './events.ts';
import type { LanDiscovery } from './lan/lan-discovery.ts';
import { Inlet, type ReceivedMessage } from './limits/inlet.ts';
import { Warnings, type WarningKind } from './limits/warnings.ts';
import { NodeCluster } from './node-cluster.ts';
import type { FindOptions } from './search/find-options.ts';
import type { Offer } from './search/offer.ts';
import { Requester } from './search/requester.ts';
import { NameLookup } from './sending/name-lookup.ts';
import { Outlet } from './sending/outlet.ts';
import { NeighbourWarnings } from './transport/neighbour-warnings.ts';
import type { Refusal } from './transport/opener.ts';
import type { Sealing } from './transport/sealing.ts';
import type { UdpNodeParts } from './udp-node-parts.ts';
import type { DatagramTransport } from './transport/transport.ts';

/** The UDP side of a running node: it keeps the cluster together and finds files in it. */
export class UdpNode extends EventEmitter<UdpNodeEvents> {
  /** The address to which the node is bound; `host` is an IP address. */
  readonly address: PeerAddress;
  /** Names this run of the node: 16 random hexadecimal digits. */
  readonly id: string;
  readonly #transport: DatagramTransport;
  readonly #discovery: LanDiscovery | undefined;
  readonly #cluster: NodeCluster;
  readonly #inlet: Inlet;
  readonly #outlet: Outlet;
  readonly #requester: Requester;
  readonly #responder: Responder;
  readonly #sealing: Sealing | undefined;
  readonly #apply: ReturnType<typeof changeHandler>;
  #closed: Promise<void> | undefined;

  /** Use {@link startUdpNode}. */
  constructor({ settings, transport, discovery, sealing }: UdpNodeParts) {
    super();
    const { clock, period, lookup } = settings;
    this.address = transport.address;
    this.id = settings.random();
    this.#transport = transport;
    this.#discovery = discovery;
    const warnings = new Warnings((warning) => {
      this.#emit('warning', warning);
    });
    const warn = (kind: WarningKind, peer: string | undefined, message: string): void => {
      warnings.add(kind, peer, message, clock.now());
    };
    const neighbours = new NeighbourWarnings(warn, (address) => this.isHeard(address));
    const tellSent = (bytes: Uint8Array, peer: string, sealed?: Uint8Array): void => {
      this.#emit('wire', { direction: 'out', peer, bytes, ...(sealed && { sealed }) });
    };
    this.#sealing = sealing;
    sealing?.listen({ onSent: tellSent, onRefused: neighbours.refused.bind(neighbours) });
    this.#cluster = new NodeCluster({
      ...{ settings, bound: this.address, id: this.id },
      onChange: (change, sender) => {
        this.#apply(change, sender);
      },
      onWake: () => discovery?.restart(),
    });
    const { view } = this.#cluster;
    const isProven = view.isProven.bind(view);
    const configured = new Set(settings.members);
    this.#inlet = new Inlet({
      settings,
      isKnown: (peer) => configured.has(peer) || isProven(peer),
      onReceived: (bytes, peer, sealed) => {
        this.#emit('wire', { direction: 'in', peer, bytes, ...(sealed && { sealed }) });
      },
      onSealed: neighbours.heardSealed.bind(neighbours),
      warn,
    });
    this.#outlet = new Outlet({
      ...{ settings, transport, warn },
      lan: discovery?.socket,
      names: new NameLookup((host) => lookup(host, this.address.host), clock, period),
      isConfigured: (member) => configured.has(member),
      returnsPings: isProven,
      onResolved: (name, endpoint) => {
        const resolved = { name, address: endpoint };
        this.#cluster.update(() => view.recordAddress(resolved));
        return view.leadsTo(resolved);
      },
      onSent: (bytes, peer) => {
        if (!sealing) tellSent(bytes, peer);
      },
    });
    this.#requester = new Requester({
      settings,
      cluster: view,
      sendTo: (member, message, search) => {
        this.#outlet.toMember(member, [message], search);
      },
      probe: (member) => {
        this.#cluster.probe(member);
      },
    });
    this.#apply = changeHandler({
      ...{ view, outlet: this.#outlet, requester: this.#requester, warn },
      emit: this.#emit.bind(this),
    });
    this.#responder = new Responder({
      ...{ settings, isProven, warn },
      hasPriority: (peer) => view.hasPriority(peer),
      send: (message, to) => {
        this.#outlet.answer(to, [message]);
      },
    });
    transport.onDatagram((datagram, from, sealed) => {
      const received = this.#closed ? undefined : this.#inlet.receive(datagram, from, sealed);
      if (received) this.#receive(received);
    });
    discovery?.start({
      selfDescription: view.selfDescription,
      announce: (message) => this.#outlet.announce(message),
      onFound: this.#cluster.found.bind(this.#cluster),
      onSealed: neighbours.heardSealed.bind(neighbours),
      onFailure: (reason) => {
        warn('multicast', undefined, `Cannot look for nodes on the local network: ${reason}`);
      },
    });
    this.#cluster.start();
  }

  /** The members of the cluster without this node, each once. Times are those of the node's clock. */
  members(): Member[] {
    return this.#cluster.view.members();
  }

  /** The names of the nodes that were heard from a host, guests among them: text from the network. */
  namesAt(host: string): string[] {
    return this.#cluster.view.namesAt(host);
  }

  /**
   * Whether the node has been told of the members that others know: not while it is starting, and for a
   * while after {@link join} and after it has met the first member.
   */
  get hasConverged(): boolean {
    return this.#cluster.view.hasConverged;
  }

  /** How many datagrams a sealed node has dropped because they did not open, by the reason. */
  get refused(): Readonly<Record<Refusal, number>> | undefined {
    return this.#sealing?.refused;
  }

  /** Pings every member that can be pinged: one that is not there owes its answer from then on. */
  pingMembers(): void {
    for (const { address } of this.members()) this.#cluster.probe(address);
  }

  /** Sends every member its list now, and a period from now again. */
  announce(): void {
    this.#cluster.update((view, now) => view.announce(now));
  }

  /**
   * Asks the cluster for a file, or for a folder. The offers come in the order of their arrival; if several wait, that
   * of the fastest peer comes first, and those of peers that were not asked come last. Iterating ends
   * with the first offer or at the timeout, as `until` says, and as soon as every member has said no or
   * is not there, but not before the node {@link hasConverged}. By asking for another offer a reader
   * says that the last one led nowhere; its peer is asked again, and may offer again.
   *
   * @throws ProtocolError `not-encodable` for a filename that cannot be asked for, and for a folder in
   * version 1; TypeError or RangeError for a bad option; while iterating, the reason of an aborted `signal`
   */
  find(filename: string, options: FindOptions = {}): AsyncIterableIterator<Offer, undefined> {
    return this.#requester.find(filename, options);
  }

  /**
   * Greets a node that became known in some other way, as `host:port`.
   *
   * @throws ProtocolError `bad-address`
   */
  join(member: string): void {
    this.#cluster.join(formatPeerAddress(parsePeerAddress(member)));
  }

  /** Whether a peer, by its name or any of its addresses, is there: it has spoken, and not been silent since. */
  isHeard(peer: string): boolean {
    return this.#cluster.view.isHeard(formatPeerAddress(parsePeerAddress(peer)));
  }

  /**
   * The IP address and port to which datagrams for a member go; a connection should go there too.
   *
   * @throws the resolver's error if its name has no address; an Error if nothing may be sent there
   */
  endpointOf(member: string): Promise<PeerAddress> {
    return this.#outlet.endpointOf(member);
  }

  /** Says goodbye and stops: searches end, and delayed answers are not sent. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #shutDown(): Promise<void> {
    this.#responder.close();
    this.#requester.close();
    const goodbyes = this.#outlet.close(this.#cluster.leave());
    await Promise.all([goodbyes, this.#discovery?.close()]);
    await this.#transport.close();
  }

  #receive(received: ReceivedMessage): void {
    const { message, from, peer, size } = received;
    this.#outlet.heard(from.host, message);
    if (message.type === 'discover') {
      const discover = { from: peer, message, size };
      this.#cluster.update((view, now) => view.receive(discover, now), received);
      return;
    }
    if (this.#cluster.view.isSelf(peer)) return;
    this.#cluster.update((view, now) => view.receiveOther({ from: peer }, now), received);
    if (message.type === 'get') {
      const { filename, extension: { kind } = {} } = message;
      this.#emit('request', { peer, filename, ...(kind !== undefined && { kind }) });
      void this.#responder.answer(message, size, from, peer);
    } else {
      const offer = this.#requester.receive(message, from, peer);
      if (offer) this.#emit('offer', offer);
    }
  }

  /** Emits an event. A listener that throws stops nothing in here; its error is thrown separately. */
  #emit<Name extends keyof UdpNodeEvents>(...event: [Name, ...UdpNodeEvents[Name]]): void {
    try {
      (this as EventEmitter).emit(...event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
