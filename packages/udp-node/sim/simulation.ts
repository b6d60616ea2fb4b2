// Many nodes in one process, for all simulations.
import { startUdpNode, type DatagramSeal, type LanSocket, type UdpNode } from '../src/index.ts';
import {
  ManualClock,
  MemoryNetwork,
  seededBits,
  seededRandom,
  type NetworkOptions,
} from '../src/testing/index.ts';

/** The default period, in milliseconds. */
export const period = 20_000;
export const minute = 60_000;

/** The options of a node in a simulation. */
export interface SimulatedNode {
  readonly members?: readonly string[];
  readonly protocol?: 1 | 2;
  readonly period?: number;
  readonly name?: string;
  /** The names of its files, besides its own address: every node has a file of that name. */
  readonly files?: readonly string[];
  /** The local network on which it hears announcements. */
  readonly lan?: LanSocket;
  readonly seal?: DatagramSeal;
}

/** Many nodes on one network in memory, in virtual time; all of it follows from one seed. */
export class Simulation {
  readonly clock: ManualClock = new ManualClock();
  readonly network: MemoryNetwork;
  readonly nodes: Map<string, UdpNode> = new Map<string, UdpNode>();
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  readonly #bits: () => string;

  constructor(seed: number, options: Omit<NetworkOptions, 'seed'> = {}) {
    this.random = seededRandom(seed);
    this.#bits = seededBits(seededRandom(seed ^ 0x5bd1e995));
    this.network = new MemoryNetwork(this.clock, { delay: 1, jitter: 20, ...options, seed });
  }

  /** Starts a node at an address; it has a file that is named like its address. */
  async start(address: string, options: SimulatedNode = {}): Promise<UdpNode> {
    const [host = '', port = ''] = address.split(':');
    const files = new Set([address, ...(options.files ?? [])]);
    const node = await startUdpNode({
      transport: this.network.open({ host, port: Number(port) }),
      clock: this.clock,
      random: this.#bits,
      tcpPort: 1,
      hasFile: (filename) => files.has(filename),
      members: options.members ?? [],
      period: options.period ?? period,
      protocol: options.protocol ?? 2,
      name: options.name,
      seal: options.seal,
      ...(options.lan && { lan: options.lan }),
    });
    this.nodes.set(address, node);
    return node;
  }

  /** Ends a node without a goodbye. */
  async kill(address: string): Promise<void> {
    const node = this.nodes.get(address);
    this.nodes.delete(address);
    // Its goodbyes are lost.
    this.network.silence(address);
    await node?.close();
  }

  /** Ends all nodes, so that nothing of the simulation is left. */
  async end(): Promise<void> {
    for (const address of [...this.nodes.keys()]) await this.kill(address);
  }

  /** The addresses that a node lists. */
  listOf(address: string): string[] {
    return (this.nodes.get(address)?.members() ?? []).map((member) => member.address);
  }

  /** The pairs of nodes of which the first does not list the second. */
  missing(): [string, string][] {
    const all = [...this.nodes.keys()];
    return all.flatMap((self) => {
      const listed = new Set(this.listOf(self));
      return all
        .filter((other) => other !== self && !listed.has(other))
        .map((other): [string, string] => [self, other]);
    });
  }

  /** Lets time pass, at most `limit`, until every node lists all others. Returns how much passed. */
  async untilComplete(limit: number, step = 1000): Promise<number> {
    const start = this.clock.now();
    while (this.missing().length > 0 && this.clock.now() - start < limit)
      await this.clock.advance(step);
    return this.clock.now() - start;
  }

  /** Whether a node finds a file within `timeout` milliseconds. */
  async finds(asker: string, filename: string, timeout = 100_000): Promise<boolean> {
    const search = this.nodes.get(asker)!.find(filename, { timeout });
    let result: boolean | undefined;
    void search.next().then(({ done }) => (result = done !== true));
    const end = this.clock.now() + timeout + 1;
    for (
      let step = 50;
      result === undefined && this.clock.now() < end;
      step = Math.min(2 * step, 5000)
    ) {
      await this.clock.advance(step);
    }
    await search.return?.();
    return result === true;
  }
}

/** The n-th address of a simulation. */
export const addressOf = (n: number): string =>
  `127.${(n >> 16) & 255}.${(n >> 8) & 255}.${(n & 255) + 1}:1378`;

/** The first `count` addresses. */
export const addresses = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => addressOf(n));
