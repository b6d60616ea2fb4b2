import { EventEmitter } from 'node:events';
import type { Change, Cluster, Member } from '@peerlane/cluster';
import {
  decodeMessage,
  formatPeerAddress,
  isLoopback,
  parsePeerAddress,
  type Message,
  type PeerAddress,
} from '@peerlane/protocol';
import { Admission } from './limits/rate-limiter.ts';
import { Alarm } from './system/alarm.ts';
import { allowNetworks } from './sending/allow.ts';
import { checkNumber } from './system/checks.ts';
import { systemClock, type Clock } from './system/clock.ts';
import type { UdpNodeEvents } from './events.ts';
import { NameLookup } from './sending/name-lookup.ts';
import { nodeCluster } from './node-cluster.ts';
import type { Offer } from './search/offer.ts';
import type { UdpNodeOptions } from './options.ts';
import { Outlet } from './sending/outlet.ts';
import { systemRandom } from './system/random.ts';
import { reasonOf } from './system/reason.ts';
import { Requester } from './search/requester.ts';
import { Responder } from './answers/responder.ts';
import { systemLookup } from './system/system-lookup.ts';
import type { DatagramTransport } from './transport/transport.ts';
import { Warnings, type WarningKind } from './limits/warnings.ts';

/** How long a search waits for offers, in milliseconds. */
const defaultTimeout = 100_000;

/** The UDP side of a running node: it keeps the cluster together and finds files in it. */
export class UdpNode extends EventEmitter<UdpNodeEvents> {
  /** Where the node is bound; `host` is an IP address. */
  readonly address: PeerAddress;
  /** Names this run of the node: 16 random hexadecimal digits. */
  readonly id: string;
  readonly #transport: DatagramTransport;
  readonly #clock: Clock;
  readonly #cluster: Cluster;
  readonly #outlet: Outlet;
  readonly #requester: Requester;
  readonly #responder: Responder;
  readonly #warnings: Warnings;
  readonly #admission: Admission;
  readonly #parts: { close(): Promise<void> }[] = [];
  readonly #alarm: Alarm;
  #closed: Promise<void> | undefined;

  /** Use {@link startUdpNode}. */
  constructor(options: UdpNodeOptions, transport: DatagramTransport) {
    super();
    const { members = [], protocol = 2, period = 20_000, tcpPort } = options;
    const { address } = transport;
    const { clock = systemClock, random = systemRandom, lookup } = options;
    this.address = address;
    this.id = random();
    this.#transport = transport;
    this.#clock = clock;
    this.#alarm = new Alarm(clock);
    const given = new Set(members);
    this.#admission = new Admission(
      options.rate,
      (peer) => given.has(peer) || this.#cluster.isProven(peer),
    );
    this.#warnings = new Warnings((warning) => {
      this.#tell('warning', warning);
    });
    this.#cluster = nodeCluster(options, address, this.id, random);
    const warn = this.warn.bind(this);
    this.#outlet = new Outlet({
      ...{ clock, period, transport },
      names: new NameLookup(lookup ?? ((name) => systemLookup(name, address.host)), clock, period),
      allow: options.allow ?? allowNetworks(),
      isConfigured: (member) => given.has(member),
      returnsPings: (member) => this.#cluster.isProven(member),
      onResolved: (member, endpoint) => {
        this.#apply(this.#cluster.recordAddress({ name: member, address: endpoint }));
        return this.#cluster.leadsTo({ name: member, address: endpoint });
      },
      onSent: (bytes, peer) => {
        this.#tell('wire', { direction: 'out', peer, bytes });
      },
      warn,
    });
    this.#requester = new Requester({
      clock,
      random,
      cluster: this.#cluster,
      protocol,
      sendTo: (member, message, search) => {
        this.#outlet.toMember(member, [message], search);
      },
    });
    this.#responder = new Responder({
      clock,
      tcpPort,
      protocol,
      hasFile: options.hasFile,
      hasPriority: (peer) => this.#cluster.hasPriority(peer),
      isProven: (peer) => this.#cluster.isProven(peer),
      send: (message, to) => {
        this.#outlet.answer(to, [message]);
      },
      warn,
    });
    transport.onDatagram((datagram, from) => {
      this.#receive(datagram, from);
    });
    // A moment later, so that whoever starts a node hears all that it tells.
    this.#alarm.set(-Infinity, () => {
      this.#apply(this.#cluster.start(clock.now()));
    });
  }

  /**
   * The members of the cluster without this node, each once; their times are those of the node's
   * clock.
   */
  members(): Member[] {
    return this.#cluster.members();
  }

  /** Tells every member about the cluster now, and a period from now again. */
  announce(): void {
    if (!this.#closed) this.#apply(this.#cluster.announce(this.#clock.now()));
  }

  /**
   * Asks the cluster for a file. The offers come in the order of their arrival; where several wait,
   * that of the fastest peer comes first, those of peers that were not asked last. Iterating ends
   * `timeout` milliseconds after the call (100,000 unless told), or as soon as every member has said
   * no: with an offer it does not end by itself before that. Who takes the next offer says that the
   * last one led nowhere; its peer is asked again, and may offer again.
   *
   * @throws ProtocolError `not-encodable` for a name that cannot be asked for; RangeError for a
   * `timeout` that is none; while iterating, the reason of an aborted `signal`
   */
  find(
    filename: string,
    {
      signal,
      timeout = defaultTimeout,
    }: { readonly signal?: AbortSignal | undefined; readonly timeout?: number } = {},
  ): AsyncIterableIterator<Offer, undefined> {
    checkNumber('timeout', timeout, 0, Infinity);
    return this.#requester.find(filename, timeout, signal);
  }

  /**
   * Makes the acquaintance of a node that became known in some other way, as `host:port`.
   *
   * @throws ProtocolError `bad-address`
   */
  join(address: string): void {
    if (!this.#closed) {
      this.#apply(
        this.#cluster.addAddress({ address, local: isLocal(address) }, this.#clock.now()),
      );
    }
  }

  /** A node has announced itself to the local network in `size` bytes: it may be none. */
  meet(address: string, size: number): void {
    if (this.#closed) return;
    const announcement = { address, local: isLocal(address), size };
    this.#apply(this.#cluster.receiveAnnouncement(announcement, this.#clock.now()));
  }

  /** Closes something else together with the node. */
  closeWith(part: { close(): Promise<void> }): void {
    this.#parts.push(part);
  }

  /** Notes a warning, which is passed on unless it was told a moment ago. */
  warn(kind: WarningKind, peer: string | undefined, message: string): void {
    this.#warnings.add(kind, peer, message, this.#clock.now());
  }

  /** Says goodbye and stops: searches end, answers that waited are not given. */
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
    this.#alarm.cancel();
    const goodbyes = this.#cluster
      .leave(this.#clock.now())
      .filter((change) => change.type === 'send');
    const said = this.#outlet.close(goodbyes);
    await Promise.all([said, ...this.#parts.map((part) => part.close())]);
    await this.#transport.close();
  }

  #receive(datagram: Uint8Array, from: PeerAddress): void {
    if (this.#closed) return;
    const peer = formatPeerAddress(from);
    const now = this.#clock.now();
    if (!this.#admission.admits(from, peer, now)) {
      this.warn('flood', from.host, `${peer} sends too much: some of it is dropped.`);
      return;
    }
    this.#tell('wire', { direction: 'in', peer, bytes: datagram });
    let message: Message;
    try {
      message = decodeMessage(datagram);
    } catch (error) {
      this.warn('malformed', from.host, `${peer} sent a malformed datagram: ${reasonOf(error)}`);
      return;
    }
    this.#outlet.heard(from.host, message);
    if (this.#cluster.isSelf(peer) && message.type !== 'discover') return;
    if (message.type === 'discover') {
      this.#apply(this.#cluster.receive({ from: peer, message, size: datagram.length }, now), from);
      return;
    }
    this.#apply(this.#cluster.receiveOther({ from: peer }, now), from);
    if (message.type === 'get') {
      this.#tell('request', { peer, filename: message.filename });
      void this.#responder.answer(message, datagram.length, from, peer);
    } else {
      const offer = this.#requester.take(message, from, peer);
      if (offer) this.#tell('offer', offer);
    }
  }

  /** Emits an event. A listener that throws stops nothing in here, and is still not passed over. */
  #tell<Name extends keyof UdpNodeEvents>(...event: [Name, ...UdpNodeEvents[Name]]): void {
    try {
      (this as EventEmitter).emit(...event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  /**
   * Does and tells what follows from an event, and comes back when something more falls due. `from`:
   * whose message it was.
   */
  #apply(changes: readonly Change[], from?: PeerAddress): void {
    const peer = from && formatPeerAddress(from);
    for (const change of changes) {
      switch (change.type) {
        case 'send':
          if (from && this.#cluster.leadsTo({ name: change.to, address: peer! }))
            this.#outlet.answer(from, change.messages);
          else this.#outlet.toMember(change.to, change.messages);
          break;
        case 'joined':
          this.#requester.memberJoined(change.address);
          this.#tell('peer', change.address);
          break;
        case 'heard':
        case 'silent':
          this.#tell(change.type, change.address);
          break;
        case 'proven':
          this.#requester.memberProven(change.address);
          break;
        case 'left':
          this.#requester.memberLeft(change.address);
          this.#tell('gone', change.address);
          break;
        case 'full':
          this.warn(
            'full',
            change.by,
            `Too many members were named: some are left out (${change.bound}).`,
          );
      }
    }
    if (this.#closed) return;
    this.#alarm.set(this.#cluster.due, () => {
      this.#apply(this.#cluster.tick(this.#clock.now()));
    });
  }
}

function isLocal(address: string): boolean {
  return isLoopback(parsePeerAddress(address).host);
}
