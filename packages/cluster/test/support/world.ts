// Helpers of all tests: clusters, their events, and a world of many in virtual time.
import { encodeMessage, type DiscoverMessage } from '@peerlane/protocol';
import { Cluster, type Change, type ClusterOptions, type RequestLength } from '../../src/index.ts';

/** Whether this is a run of mutations, in which long tests must be shorter. */
export const mutated: boolean = '__stryker__' in globalThis;

/** How long a request is. */
export const request: RequestLength = { extended: 50, plain: 15 };

/** The default period, in milliseconds. */
export const period = 20_000;

export const at = (n: number): string => `127.0.0.1:${1000 + n}`;

/** Pings and ids that are told apart by a counter. */
let counter = 0;
export function hex(): string {
  counter += 1;
  return counter.toString(16).padStart(16, '0');
}

/** A cluster whose own address is `at(0)`. */
export function cluster(options: Partial<ClusterOptions> = {}): Cluster {
  return new Cluster({ self: [at(0)], id: hex(), newPing: hex, ...options });
}

/** Hands a DISCOVER to a cluster. */
export function receive(
  to: Cluster,
  from: string,
  message: Partial<DiscoverMessage>,
  now: number,
): Change[] {
  const whole: DiscoverMessage = { type: 'discover', addresses: [], ...message };
  return to.receive({ from, message: whole, size: encodeMessage(whole).length }, now);
}

/** Lets a version 2 peer prove that it is there. */
export function prove(node: Cluster, from: string, id: string, now: number): void {
  const changes = receive(node, from, { extension: { v: 2, id, ping: hex() } }, now);
  const { ping } = sent(changes)[from]![0]!.extension!;
  receive(node, from, { extension: { v: 2, id, pong: ping! } }, now);
}

/** Hands a list of a proven peer to a cluster. */
export function gossip(
  node: Cluster,
  from: string,
  id: string,
  addresses: readonly string[],
  now: number,
): Change[] {
  return receive(node, from, { addresses, extension: { v: 2, id } }, now);
}

/** Runs everything that falls due up to a time. Returns the changes. */
export function run(node: Cluster, until: number): Change[] {
  const changes: Change[] = [];
  while (node.due <= until) changes.push(...node.tick(node.due));
  return changes;
}

export const addressesOf = (from: Cluster): string[] =>
  from.members().map(({ address }) => address);

/** The messages that changes send, by the address that they go to. */
export function sent(changes: readonly Change[]): Record<string, readonly DiscoverMessage[]> {
  return Object.fromEntries(
    changes.flatMap((change) => (change.type === 'send' ? [[change.to, change.messages]] : [])),
  );
}

interface Delivery {
  readonly from: string;
  readonly to: string;
  readonly message: DiscoverMessage;
  readonly at: number;
}

/** Clusters in virtual time whose datagrams take one millisecond, and some of which are lost. */
export class World {
  readonly nodes: Map<string, Cluster> = new Map<string, Cluster>();
  /** Every datagram that was sent. */
  readonly log: Delivery[] = [];
  now = 0;
  readonly #lost: (delivery: Delivery) => boolean;
  #inFlight: Delivery[] = [];

  constructor(lost: (delivery: Delivery) => boolean = () => false) {
    this.#lost = lost;
  }

  start(address: string, options: Partial<ClusterOptions> = {}): Cluster {
    const node = cluster({ self: [address], ...options });
    this.nodes.set(address, node);
    this.#apply(address, node.start(this.now));
    return node;
  }

  /** Ends a node without a goodbye. */
  kill(address: string): void {
    this.nodes.delete(address);
  }

  /** Ends a node that says goodbye. */
  stop(address: string): void {
    this.#apply(address, this.nodes.get(address)!.leave(this.now));
    this.kill(address);
  }

  /** Lets time pass. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = Math.min(...[...this.nodes.values()].map((node) => node.due));
      const next = Math.min(due, this.#inFlight[0]?.at ?? Infinity);
      if (next > end) break;
      this.now = Math.max(this.now, next);
      this.#deliver();
      for (const [address, node] of this.nodes) {
        if (node.due <= this.now) this.#apply(address, node.tick(this.now));
      }
    }
    this.now = end;
  }

  /** Sends as a node would, or in its name. */
  send(from: string, to: string, message: Partial<DiscoverMessage>): void {
    this.#send(from, to, { type: 'discover', addresses: [], ...message });
  }

  #deliver(): void {
    const arrived = this.#inFlight.filter((delivery) => delivery.at <= this.now);
    this.#inFlight = this.#inFlight.filter((delivery) => delivery.at > this.now);
    for (const { from, to, message } of arrived) {
      const node = this.nodes.get(to);
      if (node) this.#apply(to, receive(node, from, message, this.now));
    }
  }

  #apply(from: string, changes: readonly Change[]): void {
    for (const [to, messages] of changes.flatMap((change) =>
      change.type === 'send' ? [[change.to, change.messages] as const] : [],
    )) {
      for (const message of messages) this.#send(from, to, message);
    }
  }

  #send(from: string, to: string, message: DiscoverMessage): void {
    const delivery = { from, to, message, at: this.now + 1 };
    this.log.push(delivery);
    if (!this.#lost(delivery)) this.#inFlight.push(delivery);
  }
}
