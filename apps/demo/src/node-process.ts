import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(import.meta.resolve('@peerlane/cli/bin'));

/** A node that runs in a process of its own, on loopback. */
export class NodeProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #stdin: Writable;
  readonly #news = new EventEmitter();
  #output = '';

  /** Starts a node that shares `folder`, knows `cluster`, and tells `onOutput` what it says. */
  constructor(
    name: string,
    options: {
      readonly folder: string;
      readonly cluster: readonly string[];
      readonly onOutput: (text: string) => void;
    },
  ) {
    this.name = name;
    const env = {
      P2P_HOST: '127.0.0.1',
      P2P_PORT: '0',
      P2P_FOLDER: options.folder,
      P2P_CLUSTER: options.cluster.join(','),
      P2P_DISCOVERY: 'false',
    };
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#stdin = child.stdin;
    const stdout: Readable = child.stdout;
    stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      options.onOutput(text);
      this.#news.emit('news');
    });
    child.once('close', () => this.#news.emit('news'));
  }

  /** Types a line at the node's prompt. */
  type(line: string): void {
    this.#stdin.write(`${line}\n`);
  }

  /** Hands the node's prompt to someone who types. */
  attach(input: Readable): void {
    input.pipe(this.#stdin);
  }

  /** Until the node has said something that matches. */
  async says(expected: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = expected.exec(this.#output);
      if (match) return match;
      if (this.#child.exitCode !== null)
        throw new Error(`${this.name} ended before it said ${String(expected)}`);
      await once(this.#news, 'news');
    }
  }

  /** Until the node ends by itself. */
  async ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null)
      await once(this.#child, 'close');
  }

  /** Tells the node to stop, and waits until it has. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended();
  }
}
