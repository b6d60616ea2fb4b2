// Network namespaces as machines, with cables between them.
import { execFileSync } from 'node:child_process';

const ip = (...args: readonly string[]): void =>
  void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * Machines with cables between them: network namespaces of this test, which are removed when it ends.
 * They have no connection to anything outside.
 */
export class Machines implements Disposable {
  static #made = 0;
  readonly #names: readonly string[];

  /** The reason why there can be none here; `undefined` if there can. */
  static impossible(): string | undefined {
    if (process.platform !== 'linux') return 'network namespaces are a feature of Linux';
    if (process.getuid?.() !== 0) return 'only root may make network namespaces';
    try {
      new Machines(2)[Symbol.dispose]();
      return undefined;
    } catch (error) {
      return `no network namespace can be made here: ${(error as Error).message}`;
    }
  }

  constructor(count: number) {
    Machines.#made += 1;
    const name = `peerlane-cli-${process.pid}-${Machines.#made}`;
    this.#names = Array.from({ length: count }, (_, index) => `${name}-${index}`);
    try {
      for (const each of this.#names) {
        ip('netns', 'add', each);
        ip('-n', each, 'link', 'set', 'lo', 'up');
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Lays a cable: the first machine gets `10.77.<net>.1` at its end, the second `10.77.<net>.2`, or with
   * another network these addresses of that one.
   */
  connect(first: number, second: number, net: number, network = `10.77.${net}`): void {
    this.#lay(first, second, net, [`${network}.1/24`], [`${network}.2/24`]);
  }

  /**
   * Lays a cable without IPv4: the first machine gets `fe80::1` at its end and, with `ula`, `fd00::1`; the
   * second the same with 2.
   */
  link(
    first: number,
    second: number,
    net: number,
    { ula = false }: { readonly ula?: boolean } = {},
  ): void {
    const ends = [1, 2].map((end) => [`fe80::${end}/64`, ...(ula ? [`fd00::${end}/64`] : [])]);
    this.#lay(first, second, net, ...(ends as [string[], string[]]));
  }

  #lay(
    first: number,
    second: number,
    net: number,
    ...addresses: readonly [readonly string[], readonly string[]]
  ): void {
    const ends = [this.#names[first]!, this.#names[second]!] as const;
    const cable = `cable${net}`;
    const far = ['peer', 'name', cable, 'netns', ends[1]];
    ip('-n', ends[0], 'link', 'add', cable, 'type', 'veth', ...far);
    for (const [index, name] of ends.entries()) {
      // No address of the system's own choice, which it would first have to try for some seconds.
      ip('-n', name, 'link', 'set', cable, 'addrgenmode', 'none');
      ip('-n', name, 'link', 'set', cable, 'up');
      for (const address of addresses[index]!)
        ip('-n', name, 'address', 'add', address, 'dev', cable, 'nodad');
    }
  }

  /** The command that runs a program on a machine. */
  within(machine: number): readonly string[] {
    return ['ip', 'netns', 'exec', this.#names[machine]!];
  }

  [Symbol.dispose](): void {
    for (const name of this.#names) {
      try {
        ip('netns', 'delete', name);
      } catch {
        // The namespace was never made.
      }
    }
  }
}
