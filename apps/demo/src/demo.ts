import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeProcess } from './node-process.ts';

const wanted = 'hello-from-node2.txt';

/**
 * Runs the demo, and stops its nodes whatever happens.
 *
 * @param home the folder that holds `node1`, `node2` and `node3`
 * @returns the exit code: 0 where the file has arrived
 */
export async function main(home: string): Promise<number> {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, abort);
  // Nobody watches any more, as after `| head -1`.
  process.stdout.on('error', abort);
  process.stderr.on('error', () => undefined);
  const demo = new Demo(home, stop.signal);
  try {
    await demo.run();
  } catch (error) {
    if (!stop.signal.aborted) process.stderr.write(`${(error as Error).message}\n`);
  } finally {
    await demo.stop();
  }
  return demo.proven ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(text);
}

/** Three nodes, one download, and the proof that the bytes are the same. */
class Demo {
  readonly #home: string;
  readonly #signal: AbortSignal;
  readonly #nodes: NodeProcess[] = [];
  #proven = false;

  constructor(home: string, signal: AbortSignal) {
    this.#home = home;
    this.#signal = signal;
    signal.addEventListener('abort', () => void this.stop());
  }

  /** Whether the file has arrived, byte for byte. */
  get proven(): boolean {
    return this.#proven;
  }

  async run(): Promise<void> {
    // A copy from an earlier run would make this one look better than it is.
    await rm(this.#path('node1', wanted), { force: true });
    say('Three nodes start, each a process of its own.\n\n');
    const { address: address3 } = await this.#start('node3', []);
    const { address: address2 } = await this.#start('node2', [address3]);
    say('\nnode1, with its prompt:\n\n');
    const { node: node1 } = await this.#start('node1', [address2, address3], say);
    await node1.says(/'quit' to exit\)\n/);
    await perform(node1, 'list', /Cluster members:\n.*\n.*\n/);
    await perform(node1, `get ${wanted}`, /Received file completely!\n/);
    await this.#prove();
    if (process.stdin.isTTY) {
      say('\nThis is still the prompt of node1: list, get <filename>, quit.\n');
      node1.attach(process.stdin);
      await node1.ended();
      process.stdin.destroy();
    }
  }

  /** Stops every node, and waits until each has ended. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop()));
  }

  async #start(
    name: string,
    cluster: readonly string[],
    onOutput?: (text: string) => void,
  ): Promise<{ readonly node: NodeProcess; readonly address: string }> {
    this.#signal.throwIfAborted();
    const folder = this.#path(name);
    const node = new NodeProcess(name, { folder, cluster, onOutput });
    this.#nodes.push(node);
    const [, address = ''] = await node.says(/Listening on (\S+)\n/);
    if (!onOutput) say(`${name} shares ${folder} and listens on ${address}\n`);
    return { node, address };
  }

  async #prove(): Promise<void> {
    const original = await readFile(this.#path('node2', wanted));
    const copy = await readFile(this.#path('node1', wanted));
    if (!original.equals(copy)) throw new Error(`node1/${wanted} differs from node2/${wanted}`);
    this.#proven = true;
    say(
      `\nnode1/${wanted} is the same, byte for byte (${copy.length} bytes):\n\n  ${copy.toString()}`,
    );
  }

  #path(...names: readonly string[]): string {
    return join(this.#home, ...names);
  }
}

async function perform(node: NodeProcess, command: string, answer: RegExp): Promise<void> {
  say(`> ${command}\n`);
  node.type(command);
  await node.says(answer);
}
