import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(import.meta.resolve('@peerlane/cli/bin'));

/** How long a node may take to say what is expected of it, in milliseconds. */
const patience = 60_000;

/** How a node is started. */
export interface NodeProcessOptions {
  readonly folder: string;
  readonly cluster: readonly string[];
  /** Called with what the node says. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

/** A node that runs in a process of its own, on loopback. */
export class NodeProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #stdin: Writable;
  readonly #closed: Promise<unknown>;
  readonly #news = new EventEmitter();
  #hasEnded = false;
  #output = '';

  constructor(name: string, { folder, cluster, onOutput }: NodeProcessOptions) {
    this.name = name;
    const child = spawn(process.execPath, [program], {
      // Here lies no config.yml: the node is set up by what follows and by nothing else.
      cwd: folder,
      env: {
        ...withoutSettings(process.env),
        P2P_HOST: '127.0.0.1',
        P2P_PORT: '0',
        P2P_TCP_PORT: '0',
        P2P_PERIOD: '20',
        P2P_WAITING: '100',
        P2P_FOLDER: folder,
        P2P_CLUSTER: cluster.join(','),
        P2P_DISCOVERY: 'false',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#stdin = child.stdin;
    // A node that has ended takes no more lines; whoever waits for its answer learns that.
    child.stdin.on('error', () => undefined);
    const stdout: Readable = child.stdout;
    stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      onOutput?.(text);
      this.#news.emit('news');
    });
    child.once('error', (error) => {
      this.#output += error.message;
    });
    this.#closed = once(this.#news, 'closed');
    child.once('close', () => {
      this.#hasEnded = true;
      this.#news.emit('closed');
      this.#news.emit('news');
    });
    // A node whose input ends without a line serves for ever. After a line the end of its input
    // ends it, so that none is left behind when this process is killed.
    this.type('');
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
    const tooLate = AbortSignal.timeout(patience);
    for (;;) {
      const match = expected.exec(this.#output);
      if (match) return match;
      if (this.#hasEnded) throw this.#silence('ended before it said', expected);
      await once(this.#news, 'news', { signal: tooLate }).catch(() => {
        throw this.#silence(`did not say within ${patience / 1000} s`, expected);
      });
    }
  }

  /** Until the node ends by itself. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  /** Tells the node to stop, and waits until it has. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended();
  }

  #silence(what: string, expected: RegExp): Error {
    return new Error(`${this.name} ${what} ${String(expected)}. It said:\n${this.#output}`);
  }
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('P2P_')));
}
