// The network of `bench swarm send`: machines in namespaces on one switch, each with a cable of a limited rate.
import { execFileSync } from 'node:child_process';

const run = (command: string, ...args: readonly string[]): void =>
  void execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * Machines on one switch, each of which sends at a limited rate: network namespaces of this benchmark alone.
 * Nothing in them reaches anything outside.
 */
export class SwitchedNetwork implements Disposable {
  readonly #switch = `peerlane-bench-${process.pid}-switch`;
  readonly #machines: readonly string[];

  /**
   * @param rate what each machine sends at most, in Mbit/s
   * @throws Error if this computer lets none be made
   */
  constructor(machines: number, rate: number) {
    this.#machines = Array.from(
      { length: machines },
      (_, machine) => `peerlane-bench-${process.pid}-m${machine}`,
    );
    try {
      for (const name of [this.#switch, ...this.#machines]) run('ip', 'netns', 'add', name);
      const inSwitch = ['-n', this.#switch, 'link'] as const;
      run('ip', ...inSwitch, 'add', 'bridge', 'type', 'bridge');
      run('ip', ...inSwitch, 'set', 'bridge', 'up');
      for (const [machine, name] of this.#machines.entries()) this.#plug(machine, name, rate);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The address of a machine. */
  hostOf(machine: number): string {
    return `10.79.0.${machine + 1}`;
  }

  /** The command that starts a program at a machine. */
  at(machine: number): readonly string[] {
    return ['ip', 'netns', 'exec', this.#machines[machine]!];
  }

  [Symbol.dispose](): void {
    for (const name of [...this.#machines, this.#switch]) {
      try {
        run('ip', 'netns', 'delete', name);
      } catch {
        // It was never made.
      }
    }
  }

  #plug(machine: number, name: string, rate: number): void {
    const port = `port${machine}`;
    const far = ['type', 'veth', 'peer', 'name', 'cable', 'netns', name];
    run('ip', '-n', this.#switch, 'link', 'add', port, ...far);
    run('ip', '-n', this.#switch, 'link', 'set', port, 'master', 'bridge', 'up');
    run('ip', '-n', name, 'address', 'add', `${this.hostOf(machine)}/24`, 'dev', 'cable');
    for (const device of ['lo', 'cable']) run('ip', '-n', name, 'link', 'set', device, 'up');
    const shape = ['tbf', 'rate', `${rate}mbit`, 'burst', '64kb', 'latency', '50ms'];
    run('tc', '-n', name, 'qdisc', 'replace', 'dev', 'cable', 'root', ...shape);
  }
}
