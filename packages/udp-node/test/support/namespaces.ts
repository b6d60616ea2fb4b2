// Two machines on one cable, as network namespaces of Linux.
import { execFileSync } from 'node:child_process';

const run = (...args: readonly string[]): string =>
  execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

/**
 * Two machines on one cable: two network namespaces of this test alone, gone when it ends. Nothing
 * in them reaches anything outside.
 */
export class Cable implements Disposable {
  static #count = 0;
  readonly #names: readonly [string, string];

  /** The reason why this machine can have none; `undefined` if it can. */
  static impossible(): string | undefined {
    if (process.platform !== 'linux') return 'network namespaces are a feature of Linux';
    if (process.getuid?.() !== 0) return 'only root may make network namespaces';
    try {
      new Cable()[Symbol.dispose]();
      return undefined;
    } catch (error) {
      return `no network namespace can be made here: ${(error as Error).message}`;
    }
  }

  constructor() {
    Cable.#count += 1;
    const name = `peerlane-${process.pid}-${Cable.#count}`;
    this.#names = [`${name}a`, `${name}b`];
    process.once('exit', this.#remove);
    try {
      for (const namespace of this.#names) {
        run('netns', 'add', namespace);
        run('-n', namespace, 'link', 'set', 'lo', 'up');
      }
      this.plug('cable0');
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Lays a cable between the two: each gets an interface of that name, without an address. */
  plug(name: string): void {
    const [a, b] = this.#names;
    run('-n', a, 'link', 'add', name, 'type', 'veth', 'peer', 'name', name, 'netns', b);
    for (const namespace of this.#names) {
      // No address of the system's own choice, which it would first have to try for some seconds.
      run('-n', namespace, 'link', 'set', name, 'addrgenmode', 'none');
      run('-n', namespace, 'link', 'set', name, 'up');
    }
  }

  /** Gives side 0 or 1 an address, such as `10.77.1.1/24` or `fe80::1/64`. */
  address(side: 0 | 1, address: string, name = 'cable0'): void {
    run('-n', this.#names[side], 'address', 'add', address, 'dev', name, 'nodad');
  }

  /** Removes an address. */
  removeAddress(side: 0 | 1, address: string, name = 'cable0'): void {
    run('-n', this.#names[side], 'address', 'del', address, 'dev', name);
  }

  /** Removes a cable, and the interfaces at its ends. */
  unplug(name: string): void {
    run('-n', this.#names[0], 'link', 'del', name);
  }

  /** The multicast groups that an interface on side 0 or 1 listens to. */
  groups(side: 0 | 1, name = 'cable0'): string {
    return run('-n', this.#names[side], 'maddress', 'show', 'dev', name);
  }

  /** Limits the multicast groups that a socket may listen to, on either side. */
  limitGroups(count: number): void {
    for (const namespace of this.#names)
      run('netns', 'exec', namespace, 'sysctl', '-qw', `net.ipv4.igmp_max_memberships=${count}`);
  }

  /** The command that starts a program on side 0 or 1. */
  within(side: 0 | 1): readonly string[] {
    return ['ip', 'netns', 'exec', this.#names[side]];
  }

  [Symbol.dispose](): void {
    process.removeListener('exit', this.#remove);
    this.#remove();
  }

  readonly #remove = (): void => {
    for (const namespace of this.#names) {
      try {
        run('netns', 'delete', namespace);
      } catch {
        // It was never made.
      }
    }
  };
}
