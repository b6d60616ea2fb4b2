// Machines in network namespaces, for the containers of the demo.
import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const prefix = `peerlane-${process.pid}-`;

/** The reason why no namespaces can be made; `false` if they can. */
export const noNamespaces: string | false = namespaceFault();

if (noNamespaces !== false) process.stderr.write(`${noNamespaces}\n`);

/**
 * Machines in namespaces: each has a network, an address and a hosts file. One bridge connects them, and
 * nothing leads out of it.
 */
export class Namespaces implements Disposable {
  readonly #names: readonly string[];
  readonly #children: ChildProcessWithoutNullStreams[] = [];

  /** @param hosts the names by which the machines know each other */
  constructor(hosts: readonly string[]) {
    this.#names = hosts;
    const bridge = `${prefix}bridge`;
    ip('netns', 'add', bridge);
    ip('-n', bridge, 'link', 'add', 'br0', 'type', 'bridge');
    ip('-n', bridge, 'link', 'set', 'br0', 'up');
    const lines = hosts.map((host, index) => `${addressOf(index)} ${host}\n`);
    for (const [index, host] of hosts.entries()) {
      const name = `${prefix}${host}`;
      ip('netns', 'add', name);
      const peer = ['peer', 'name', `port${index}`, 'netns', bridge];
      ip('-n', name, 'link', 'add', 'eth0', 'type', 'veth', ...peer);
      ip('-n', bridge, 'link', 'set', `port${index}`, 'master', 'br0', 'up');
      ip('-n', name, 'addr', 'add', `${addressOf(index)}/24`, 'dev', 'eth0');
      for (const device of ['lo', 'eth0']) ip('-n', name, 'link', 'set', device, 'up');
      // `ip netns exec` mounts this file as /etc/hosts.
      mkdirSync(`/etc/netns/${name}`, { recursive: true });
      writeFileSync(`/etc/netns/${name}/hosts`, ['127.0.0.1 localhost\n', ...lines].join(''));
    }
  }

  /** Runs a program on one of the machines, with these variables and no others. */
  spawn(
    host: string,
    command: readonly string[],
    env: Readonly<Record<string, string>>,
  ): ChildProcessWithoutNullStreams {
    const child = spawn('ip', ['netns', 'exec', `${prefix}${host}`, ...command], {
      env: { PATH: process.env.PATH, ...env },
    });
    this.#children.push(child);
    return child;
  }

  /** Runs a program to its end, and returns its exit code. */
  async run(
    host: string,
    command: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<number> {
    const [code] = (await once(this.spawn(host, command, env), 'exit')) as [number];
    return code;
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const name of [...this.#names, 'bridge']) {
      ip('netns', 'del', `${prefix}${name}`);
      rmSync(`/etc/netns/${prefix}${name}`, { recursive: true, force: true });
    }
  }
}

function addressOf(index: number): string {
  return `172.31.255.${index + 11}`;
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' });
}

function namespaceFault(): string | false {
  try {
    ip('netns', 'add', `${prefix}probe`);
    ip('netns', 'del', `${prefix}probe`);
    return false;
  } catch {
    return 'skipped: no network namespaces can be made here (ip netns, as root, on Linux)';
  }
}
