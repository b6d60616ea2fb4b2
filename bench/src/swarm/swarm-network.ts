// The network of `bench swarm`: a client and sources in namespaces, each on a cable with a limited rate.
import { execFileSync } from 'node:child_process';

const run = (command: string, ...args: readonly string[]): void =>
  void execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * A client and several sources, each on a cable of its own to the client: network namespaces of this
 * benchmark alone. Nothing in them reaches anything outside.
 */
export class SwarmNetwork implements Disposable {
  readonly #client = `peerlane-bench-${process.pid}-client`;
  readonly #sources: readonly string[];

  /** @throws Error if this machine lets none be made */
  constructor(sources: number) {
    this.#sources = Array.from(
      { length: sources },
      (_, source) => `peerlane-bench-${process.pid}-${source}`,
    );
    try {
      for (const name of [this.#client, ...this.#sources]) run('ip', 'netns', 'add', name);
      for (const [source, name] of this.#sources.entries()) this.#lay(source, name);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The address of a source, as the client sees it. */
  hostOf(source: number): string {
    return `10.78.${source}.2`;
  }

  /** The command that starts a program at the client. */
  get client(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#client];
  }

  /** The command that starts a program at a source. */
  source(source: number): readonly string[] {
    return ['ip', 'netns', 'exec', this.#sources[source]!];
  }

  /** Limits what a source sends, in Mbit/s. */
  limit(source: number, rate: number): void {
    const shape = ['tbf', 'rate', `${rate}mbit`, 'burst', '64kb', 'latency', '50ms'];
    const name = this.#sources[source]!;
    run('tc', '-n', name, 'qdisc', 'replace', 'dev', `cable${source}`, 'root', ...shape);
  }

  [Symbol.dispose](): void {
    for (const name of [this.#client, ...this.#sources]) {
      try {
        run('ip', 'netns', 'delete', name);
      } catch {
        // It was never made.
      }
    }
  }

  #lay(source: number, name: string): void {
    const cable = `cable${source}`;
    const far = ['type', 'veth', 'peer', 'name', cable, 'netns', name];
    run('ip', '-n', this.#client, 'link', 'add', cable, ...far);
    for (const [host, end] of [
      [`10.78.${source}.1/24`, this.#client],
      [`${this.hostOf(source)}/24`, name],
    ] as const) {
      run('ip', '-n', end, 'address', 'add', host, 'dev', cable);
      run('ip', '-n', end, 'link', 'set', cable, 'up');
    }
  }
}
