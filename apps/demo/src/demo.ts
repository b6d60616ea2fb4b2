// The demo: starts three nodes and their page, downloads a file, and compares it with the original.
import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Commands } from './commands.ts';
import { Fleet } from './fleet.ts';
import { PageServer } from './page-server.ts';
import { list, prompt } from './terminal.ts';

const wanted = 'hello-from-node2.txt';

/** The options of the demo. */
export interface DemoOptions {
  /**
   * Whether it goes on after the download until it is stopped.
   * @default only at a terminal
   */
  readonly stay?: boolean;
}

/**
 * Runs the demo, and stops its nodes in any case.
 *
 * @param home the folder that holds `node1`, `node2` and `node3`
 * @returns the exit code: 0 if the file has arrived
 */
export async function main(home: string, { stay }: DemoOptions = {}): Promise<number> {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const)
    process.once(signal, abort);
  // The reader of the output has ended, as `head -1` does after a line.
  process.stdout.on('error', abort);
  process.stderr.on('error', () => undefined);
  const demo = new Demo(home, stop.signal);
  try {
    await demo.show();
    if (stay ?? process.stdin.isTTY) await demo.stay();
  } catch (error) {
    if (!stop.signal.aborted) process.stderr.write(`${(error as Error).message}\n`);
  } finally {
    await demo.close();
  }
  return demo.proven ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(text);
}

/** Three nodes with a page, one download, and a comparison of the bytes. */
class Demo {
  readonly #home: string;
  readonly #signal: AbortSignal;
  readonly #fleet = new Fleet();
  readonly #commands = new Commands(this.#fleet);
  readonly #aborted: Promise<never>;
  #page: PageServer | undefined;
  #proven = false;

  constructor(home: string, signal: AbortSignal) {
    this.#home = home;
    this.#signal = signal;
    this.#aborted = new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('stopped'));
      });
    });
    this.#aborted.catch(() => undefined);
  }

  /** Whether the file has arrived, byte for byte. */
  get proven(): boolean {
    return this.#proven;
  }

  /** Starts the nodes and the page, downloads the file, and compares it. */
  async show(): Promise<void> {
    await Promise.race([this.#show(), this.#aborted]);
  }

  /** Waits until the user ends the demo. */
  async stay(): Promise<void> {
    if (process.stdin.isTTY) {
      say(`\nSee every message at ${this.#page!.url}\n`);
      say('Here is a prompt for node1: list, get <filename>, quit. Ctrl-C ends the demo.\n');
      await prompt(this.#fleet, process.stdin, this.#signal, say);
    } else {
      await this.#aborted.catch(() => undefined);
    }
  }

  /** Stops every node, and waits until each has ended. */
  async close(): Promise<void> {
    await this.#page?.close();
    await this.#fleet.close();
    await this.#commands.close();
  }

  async #show(): Promise<void> {
    // A copy of an earlier run would hide a failed download.
    await unlink(this.#path('node1', wanted)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
    this.#page = await PageServer.start(this.#fleet, this.#commands);
    say(
      `See every message at ${this.#page.url}\n\nThree nodes start, each a process of its own.\n`,
    );
    const address3 = await this.#start('node3', []);
    const address2 = await this.#start('node2', [address3]);
    await this.#start('node1', [address2, address3]);
    say('\nAt node1:\n\n> list\n');
    list(this.#fleet, say);
    say(`> get ${wanted}\n`);
    await this.#fleet.get('node1', wanted);
    say('Received file completely!\n');
    await this.#prove();
  }

  async #start(name: string, members: readonly string[]): Promise<string> {
    const folder = this.#path(name);
    const { udp } = await this.#fleet.start(name, folder, members);
    say(`${name} shares ${folder} and listens on ${udp}\n`);
    return udp;
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
