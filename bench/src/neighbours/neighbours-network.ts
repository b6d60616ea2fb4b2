// The network of `bench neighbours`: two namespaces joined by a cable, full of dead addresses.
import { execFileSync } from 'node:child_process';

const run = (args: readonly string[], input = ''): void =>
  void execFileSync('ip', args, { input, stdio: ['pipe', 'ignore', 'pipe'] });

const host = (number: number): string => `10.79.${number >> 8}.${number & 255}`;

/**
 * A node on one end of a cable, all others on its other end: two network namespaces of this benchmark
 * alone, in a network of 65,534 addresses of which nearly all are dead. Nothing in them reaches
 * anything outside.
 */
export class NeighboursNetwork implements Disposable {
  /**
   * The addresses of the node, of its honest peer, and of the peer that names dead addresses; and of
   * another node beside it, with a peer that measures how fast this machine is.
   */
  readonly hosts: Readonly<Record<'node' | 'honest' | 'namer' | 'beside' | 'witness', string>> = {
    node: host(1),
    honest: host(2),
    namer: host(3),
    beside: host(4),
    witness: host(5),
  };
  readonly #node = `peerlane-bench-${process.pid}-node`;
  readonly #others = `peerlane-bench-${process.pid}-others`;

  /** @throws Error if this machine lets none be made */
  constructor() {
    try {
      for (const name of [this.#node, this.#others]) run(['netns', 'add', name]);
      const far = ['type', 'veth', 'peer', 'name', 'cable', 'netns', this.#others];
      run(['-n', this.#node, 'link', 'add', 'cable', ...far]);
      for (const name of [this.#node, this.#others])
        for (const link of ['lo', 'cable']) run(['-n', name, 'link', 'set', link, 'up']);
      const { node, honest, namer, beside, witness } = this.hosts;
      change(this.#node, 'add', [node, beside]);
      change(this.#others, 'add', [honest, namer, witness]);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The command that starts a program on the side of the node. */
  get node(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#node];
  }

  /** The command that starts a program on the side of all others. */
  get others(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#others];
  }

  /** Addresses that nobody has. */
  dead(count: number): readonly string[] {
    return Array.from({ length: count }, (_, i) => host(0x8000 + i));
  }

  /** Addresses that somebody has from now on. */
  add(count: number): readonly string[] {
    const hosts = Array.from({ length: count }, (_, i) => host(0x100 + i));
    change(this.#others, 'add', hosts);
    return hosts;
  }

  /** Nobody has these addresses from now on. */
  remove(hosts: readonly string[]): void {
    change(this.#others, 'del', hosts);
  }

  [Symbol.dispose](): void {
    for (const name of [this.#node, this.#others]) {
      try {
        run(['netns', 'delete', name]);
      } catch {
        // It was never made.
      }
    }
  }
}

function change(namespace: string, what: 'add' | 'del', hosts: readonly string[]): void {
  const lines = hosts.map((each) => `address ${what} ${each}/16 dev cable\n`);
  run(['-n', namespace, '-batch', '-'], lines.join(''));
}
