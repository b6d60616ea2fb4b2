// A node of the demo as a process, seen from the demo.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromNode, LinkRules, NodeNews, NodeSettings, ToNode } from './node-messages.ts';

const program = fileURLToPath(new URL('./node-program.js', import.meta.url));

/** How long a node may take to stop before it is killed, in milliseconds. */
const stopTimeout = 5000;

/** The result of a `get`. */
export interface Got {
  readonly path: string;
  readonly size: number;
}

/** The options of a `get`. */
export interface GetOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (received: number, size: number) => void;
}

interface Pending {
  readonly onProgress: GetOptions['onProgress'];
  readonly resolve: (got: Got) => void;
  readonly reject: (error: Error) => void;
}

/** The addresses of a node, as `host:port`. */
export interface NodeAddresses {
  readonly udp: string;
  readonly tcp: string;
}

/** A node that runs in a process of its own, on loopback. */
export class NodeProcess {
  readonly name: string;
  /** Resolves when the process has ended in any way. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #started: Promise<NodeAddresses>;
  #lastId = 0;

  constructor(
    name: string,
    settings: NodeSettings,
    rules: LinkRules,
    onNews: (news: NodeNews) => void,
  ) {
    this.name = name;
    const child = fork(program, { execArgv: [], serialization: 'advanced' });
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', () => {
        resolve();
      });
      child.once('error', () => {
        resolve();
      });
    });
    this.#started = new Promise((resolve, reject) => {
      child.on('message', (message: FromNode) => {
        if (message.type === 'started') resolve(message);
        else if (message.type === 'failed') reject(new Error(`${name}: ${message.message}`));
        else this.#receive(message, onNews);
      });
      void this.ended.then(() => {
        reject(new Error(`${name} ended before it had started.`));
      });
    });
    this.#started.catch(() => undefined);
    void this.ended.then(() => {
      for (const { reject } of this.#pending.values()) reject(new Error(`${name} has ended.`));
      this.#pending.clear();
    });
    this.#send({ type: 'start', settings, rules });
  }

  /** Resolves with the addresses of the node when it listens. Rejects if it cannot. */
  started(): Promise<NodeAddresses> {
    return this.#started;
  }

  /** Sets the rules for the links of the node. */
  apply(rules: LinkRules): void {
    this.#send({ type: 'rules', rules });
  }

  /** Downloads a file into the node's folder. Rejects with the message of the node. */
  get(filename: string, { signal, onProgress }: GetOptions = {}): Promise<Got> {
    const id = (this.#lastId += 1);
    const abort = (): void => {
      this.#send({ type: 'abort', id });
    };
    signal?.addEventListener('abort', abort);
    return new Promise<Got>((resolve, reject) => {
      this.#pending.set(id, { onProgress, resolve, reject });
      this.#send({ type: 'get', id, filename });
    }).finally(() => {
      signal?.removeEventListener('abort', abort);
      this.#pending.delete(id);
    });
  }

  /** Kills the node, as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Stops the node, and waits until it has ended. */
  async stop(): Promise<void> {
    this.#send({ type: 'stop' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopTimeout);
    await this.ended;
    clearTimeout(timer);
  }

  #receive(
    message: Exclude<FromNode, { type: 'started' | 'failed' }>,
    onNews: (news: NodeNews) => void,
  ): void {
    switch (message.type) {
      case 'progress':
        this.#pending.get(message.id)?.onProgress?.(message.received, message.size);
        break;
      case 'got':
        this.#pending.get(message.id)?.resolve(message);
        break;
      case 'gotNothing':
        this.#pending.get(message.id)?.reject(new Error(message.message));
        break;
      default:
        onNews(message);
    }
  }

  #send(message: ToNode): void {
    // A node that has ended gets no more messages. Its end is reported by the process.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
