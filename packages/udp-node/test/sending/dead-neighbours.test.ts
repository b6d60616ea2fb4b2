// A node among dead neighbours, with a socket that behaves as that of Linux.
import {
  decodeMessage,
  encodeMessage,
  splitDiscover,
  type Message,
  type PeerAddress,
} from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import { startUdpNode, type DatagramTransport, type UdpNode } from '../../src/index.ts';
import { ManualClock, MemoryNetwork, seededBits, seededRandom } from '../../src/testing/index.ts';
import { NeighbourSocket, socketBuffer } from '../support/neighbour-socket.ts';

const bits = seededBits(seededRandom(1));
const node = { host: '10.79.0.1', port: 1378 };

/** A version 2 peer that returns pings and offers every file that it is asked for. */
class Peer {
  readonly #transport: DatagramTransport;
  readonly #clock: ManualClock;
  readonly #id = bits();
  readonly #period: number;
  readonly #sent = new Map<string, number>();
  /** How long each answer took, in milliseconds. */
  readonly waits: number[] = [];
  /** When it was asked for a file. */
  readonly asked: number[] = [];

  constructor(transport: DatagramTransport, clock: ManualClock, period = 20_000) {
    this.#transport = transport;
    this.#clock = clock;
    this.#period = period;
    transport.onDatagram((datagram) => this.#receive(decodeMessage(datagram)));
  }

  /** Asks whether the node is there, and for a file. */
  ask(): void {
    const [ping, req] = [bits(), bits()];
    for (const name of [ping, req]) this.#sent.set(name, this.#clock.now());
    this.#discover({ ping });
    this.send({ type: 'get', filename: 'there', extension: { v: 2, req } });
  }

  send(message: Message): void {
    void this.#transport.send(encodeMessage(message), node);
  }

  /** How many answers have not come. */
  get unanswered(): number {
    return this.#sent.size;
  }

  close(): void {
    void this.#transport.close();
  }

  #receive(message: Message): void {
    if (message.type === 'get') {
      this.asked.push(this.#clock.now());
      const { req } = message.extension!;
      this.send({ type: 'file', method: 1, port: 1, extension: { v: 2, req } });
      return;
    }
    const answer = message.type === 'file' ? message.extension?.req : message.extension?.pong;
    const at = this.#sent.get(answer ?? '');
    if (at !== undefined) this.waits.push(this.#clock.now() - at);
    this.#sent.delete(answer ?? '');
    if (message.type === 'discover' && message.extension?.ping !== undefined)
      this.#discover({ pong: message.extension.ping });
  }

  #discover(about: { readonly ping?: string; readonly pong?: string }): void {
    const extension = { v: 2, id: this.#id, period: this.#period, ...about };
    this.send({ type: 'discover', addresses: [], extension });
  }
}

/** A node on a network of 65,534 addresses, of which nearly all are dead. */
class Subnet {
  readonly clock: ManualClock = new ManualClock();
  readonly network: MemoryNetwork = new MemoryNetwork(this.clock);
  readonly socket: NeighbourSocket;
  readonly #alive = new Set<string>();

  constructor() {
    const isDead = (host: string): boolean => !this.#alive.has(host);
    this.socket = new NeighbourSocket(this.network.open(node), this.clock, isDead);
  }

  start(): Promise<UdpNode> {
    return startUdpNode({
      ...{ transport: this.socket, clock: this.clock, random: bits, tcpPort: 1 },
      hasFile: (filename) => filename === 'there',
    });
  }

  peer(host: string, period?: number): Peer {
    this.#alive.add(host);
    return new Peer(this.network.open({ host, port: 1378 }), this.clock, period);
  }

  /** Adds members that vanish without a goodbye. */
  async vanish(count: number): Promise<void> {
    const hosts = Array.from({ length: count }, (_, i) => `10.79.${1 + (i >> 8)}.${i & 255}`);
    const peers = hosts.map((host) => this.peer(host, 3_600_000));
    for (const peer of peers) {
      peer.ask();
      await this.clock.advance(2 * roundTrip);
    }
    for (const peer of peers) peer.close();
    for (const host of hosts) this.#alive.delete(host);
  }

  /** Names dead addresses to the node. */
  name(count: number): void {
    const addresses = Array.from({ length: count }, (_, i) => `${dead(i).host}:1378`);
    const namer = this.network.open({ host: '10.79.0.3', port: 1378 });
    for (const message of splitDiscover(addresses, { maxBytes: 16_000 }))
      void namer.send(encodeMessage(message), node);
  }

  /** Makes a peer ask the node every 0.3 s for a minute. */
  async minute(peer: Peer): Promise<void> {
    for (let i = 0; i < 200; i += 1) {
      peer.ask();
      await this.clock.advance(300);
    }
  }
}

const dead = (i: number): PeerAddress => ({
  host: `10.79.${128 + (i >> 8)}.${i & 255}`,
  port: 1378,
});

/** The round trip of the network, in milliseconds. */
const roundTrip = 2;

describe('a node whose neighbours do not answer', () => {
  it.each([
    ['two datagrams have named 1,000 dead addresses', 0, 1000],
    ['256 members vanished that had claimed a period of an hour', 256, 0],
    ['1,000 members vanished that had claimed a period of an hour', 1000, 0],
    ['both happened', 256, 1000],
  ])('An honest peer is answered at once although %s', async (_what, vanished, named) => {
    const subnet = new Subnet();
    await subnet.start();
    await subnet.vanish(vanished);
    if (named > 0) subnet.name(named);
    const honest = subnet.peer('10.79.0.2');
    await subnet.minute(honest);
    expect([new Set(honest.waits), honest.unanswered]).toEqual([new Set([roundTrip]), 0]);
    expect(subnet.socket.peak).toBeLessThan(socketBuffer / 2);
  });

  it('A node answers a member at once, however many dead senders are forged', async () => {
    const subnet = new Subnet();
    await subnet.start();
    const honest = subnet.peer('10.79.0.2');
    honest.ask();
    await subnet.clock.advance(10_000);
    for (let i = 0; i < 1500; i += 1) {
      const extension = { v: 2, id: bits(), ping: bits() };
      const message = encodeMessage({ type: 'discover', addresses: [], extension });
      void subnet.network.open(dead(i)).send(message, node);
    }
    await subnet.minute(honest);
    expect([new Set(honest.waits), honest.unanswered]).toEqual([new Set([roundTrip]), 0]);
    expect(subnet.socket.peak).toBeLessThan(socketBuffer / 2);
  });

  it('A node asks a member that is there before a thousand that are not', async () => {
    const subnet = new Subnet();
    await using running = await subnet.start();
    await subnet.vanish(256);
    await subnet.clock.advance(60_000);
    subnet.name(1000);
    const honest = subnet.peer('10.79.0.2');
    honest.ask();
    await subnet.clock.advance(10_000);
    for (let i = 0; i < 5; i += 1) {
      const started = subnet.clock.now();
      const search = running.find('there');
      await subnet.clock.advance(roundTrip);
      expect((await search.next()).value?.peer).toBe('10.79.0.2:1378');
      expect(honest.asked.at(-1)).toBe(started + 1);
      await search.return?.();
      await subnet.clock.advance(7000);
    }
    expect(subnet.socket.peak).toBeLessThan(socketBuffer / 2);
  });

  it('A newcomer that speaks for itself is greeted at once', async () => {
    const subnet = new Subnet();
    await using running = await subnet.start();
    await subnet.vanish(256);
    subnet.name(1000);
    await subnet.clock.advance(1000);
    const newcomer = subnet.peer('10.79.0.2');
    newcomer.ask();
    await subnet.clock.advance(2 * roundTrip);
    expect(running.members().find(({ address }) => address === '10.79.0.2:1378')?.state).toBe(
      'heard',
    );
  });
});
