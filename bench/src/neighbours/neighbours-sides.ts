// The processes of `bench neighbours`: a node, its dead neighbours and an honest peer.
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeMessage, encodeMessage, splitDiscover, type Message } from '@peerlane/protocol';
import { startUdpNode, type UdpNode } from '@peerlane/udp-node';

const port = 1378;

/** A wait ends after this many milliseconds, and counts as that long. */
const longest = 60_000;

const bits = (): string => randomBytes(8).toString('hex');

/** The node that is measured: it serves one file, and looks for another when it is asked to. */
export async function node({ host }: { readonly host: string }): Promise<void> {
  const running = await startUdpNode({
    ...{ host, port, tcpPort: 1, discovery: false },
    hasFile: (filename) => filename === 'there',
  });
  running.on('request', ({ filename }) => {
    if (filename.startsWith('look')) void find(running, filename.replace('look', 'found'));
  });
}

async function find(running: UdpNode, filename: string): Promise<void> {
  const search = running.find(filename);
  await search.next();
  await search.return?.();
}

/** Makes members of this many addresses, which claim a period of an hour. */
export async function members({
  hosts,
  to,
}: {
  readonly hosts: readonly string[];
  readonly to: string;
}): Promise<void> {
  const peers = await Promise.all(hosts.map((host) => Peer.open(host, to)));
  await Promise.all(peers.map((peer) => peer.join(3_600_000)));
  for (const peer of peers) peer.close();
}

/** Names addresses, in datagrams that are as long as they may be. */
export async function name({
  hosts,
  from,
  to,
}: {
  readonly hosts: readonly string[];
  readonly from: string;
  readonly to: string;
}): Promise<void> {
  const peer = await Peer.open(from, to);
  const addresses = hosts.map((host) => `${host}:${port}`);
  for (const message of splitDiscover(addresses, { maxBytes: 16_000 })) await peer.send(message);
  peer.close();
}

/** The waits of an honest peer, in milliseconds. */
export interface Waits {
  /** Until a ping came back. */
  readonly pongs: readonly number[];
  /** Until a Get was answered. */
  readonly files: readonly number[];
  /** Until the node, which was asked to look for a file, asked this peer for it. */
  readonly looks: readonly number[];
}

/** An honest peer of a node. */
export interface Pair {
  readonly host: string;
  readonly to: string;
}

/** Honest peers, which ask their nodes again and again whether they are there and have a file. */
export async function honest({
  pairs,
  asks,
  looks,
  time,
}: {
  readonly pairs: readonly Pair[];
  readonly asks: number;
  readonly looks: number;
  /** For how long, in milliseconds. */
  readonly time: number;
}): Promise<readonly Waits[]> {
  return Promise.all(
    pairs.map(async ({ host, to }) => {
      const peer = await Peer.open(host, to);
      await peer.join(20_000);
      const [pongs, files, looked] = await Promise.all([
        measure(asks, time, () => peer.ping()),
        measure(asks, time, () => peer.get('there')),
        measure(looks, time, (i) => peer.look(i)),
      ]);
      return { pongs, files, looks: looked };
    }),
  );
}

/** Starts something `count` times, spread over a time, whether or not the one before has ended. Returns how long each took. */
async function measure(
  times: number,
  time: number,
  work: (i: number) => Promise<void>,
): Promise<number[]> {
  const runs: Promise<number>[] = [];
  for (let i = 0; i < times; i += 1) {
    const started = performance.now();
    const tooLate = new Promise((resolve) => setTimeout(resolve, longest));
    runs.push(Promise.race([work(i), tooLate]).then(() => performance.now() - started));
    await new Promise((resolve) => setTimeout(resolve, time / times));
  }
  return Promise.all(runs);
}

/** A peer that speaks version 2 and proves that it is there. */
class Peer {
  readonly #socket: Socket;
  readonly #to: string;
  readonly #id = bits();
  readonly #answered = new Map<string, () => void>();
  #period = 1;
  #joined: (() => void) | undefined;

  static async open(host: string, to: string): Promise<Peer> {
    const socket = createSocket('udp4').bind(port, host);
    await once(socket, 'listening');
    return new Peer(socket, to);
  }

  private constructor(socket: Socket, to: string) {
    this.#socket = socket;
    this.#to = to;
    socket.on('message', (datagram) => {
      this.#receive(decodeMessage(datagram));
    });
  }

  send(message: Message): Promise<void> {
    const datagram = encodeMessage(message);
    return new Promise((resolve) => {
      this.#socket.send(datagram, port, this.#to, () => {
        resolve();
      });
    });
  }

  /** Until it has returned a ping of the node's. */
  async join(period: number): Promise<void> {
    this.#period = period;
    const joined = new Promise<void>((resolve) => (this.#joined = resolve));
    void this.ping();
    await joined;
  }

  ping(): Promise<void> {
    const ping = bits();
    this.#discover({ ping });
    return this.#answer(ping);
  }

  get(filename: string): Promise<void> {
    const req = bits();
    void this.send({ type: 'get', filename, extension: { v: 2, req } });
    return this.#answer(req);
  }

  /** Has the node look for a file, until it asks this peer for it. */
  look(i: number): Promise<void> {
    void this.send({ type: 'get', filename: `look ${i}`, extension: { v: 2, req: bits() } });
    return this.#answer(`found ${i}`);
  }

  close(): void {
    this.#socket.close();
  }

  #answer(name: string): Promise<void> {
    return new Promise((resolve) => this.#answered.set(name, resolve));
  }

  #receive(message: Message): void {
    if (message.type === 'get') {
      this.#answered.get(message.filename)?.();
      const { req } = message.extension!;
      void this.send({ type: 'file', method: 1, port: 1, extension: { v: 2, req } });
      return;
    }
    if (message.type === 'file') {
      this.#answered.get(message.extension?.req ?? '')?.();
      return;
    }
    const { ping, pong = '' } = message.extension ?? {};
    this.#answered.get(pong)?.();
    if (ping === undefined) return;
    this.#discover({ pong: ping });
    this.#joined?.();
  }

  #discover(about: { readonly ping?: string; readonly pong?: string }): void {
    const extension = { v: 2, id: this.#id, period: this.#period, ...about };
    void this.send({ type: 'discover', addresses: [], extension });
  }
}
