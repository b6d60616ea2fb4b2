import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { hashSmall, smallPart } from './hash-small.ts';
import {
  startHashWorker,
  type HashAnswer,
  type HashFailure,
  type HashRequest,
} from './hash-worker.ts';
import { StreamHasher, type RunHasher } from './stream-hasher.ts';
import { TransferError } from '../transfer-error.ts';

/** How parts of files are hashed. */
export interface PieceHasherOptions {
  /**
   * How many workers there are at most.
   * @default one less than the machine does at once, but at least 1 and at most 4
   */
  readonly threads?: number;
  /** Starts a worker. Tests start others. */
  readonly startWorker?: () => Worker;
}

interface Task extends HashRequest {
  readonly resolve: (digest: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Hashes parts of open files, and what comes in, in worker threads: nothing is hashed on an event
 * loop, and no content is copied from thread to thread. Workers are started when there is work, and keep no process alive.
 */
export class PieceHasher {
  /** How many parts are hashed at a time. */
  readonly threads: number;
  readonly #startWorker: () => Worker;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Task>();
  readonly #waiting: Task[] = [];
  readonly #streams: StreamHasher;
  #closed: Promise<void> | undefined;

  constructor(options: PieceHasherOptions = {}) {
    this.threads = options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
    this.#startWorker = options.startWorker ?? startHashWorker;
    this.#streams = new StreamHasher(this.threads);
  }

  /**
   * The SHA-256 of a part of a file. The descriptor must stay open until the promise settles.
   *
   * @param offset where the part begins, in bytes
   * @param length how many bytes it has
   * @throws TransferError `changed` where the file ends before the part does; the system's error
   * where it cannot be read; Error where the worker dies or the hasher is closed
   */
  async hash(fd: number, offset: number, length: number): Promise<Uint8Array> {
    if (this.#closed) throw closedError();
    if (length <= smallPart)
      return (await hashSmall({ fd, offset, length })) ?? Promise.reject(endsEarly());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ fd, offset, length, resolve, reject });
      this.#next();
    });
  }

  /**
   * Hashes the pieces of a run as they come in.
   *
   * @param length of the whole run, in bytes
   * @throws Error where the hasher was closed
   */
  run(length: number): RunHasher {
    return this.#streams.run(length);
  }

  /**
   * Ends the workers. What waits or is being hashed is rejected, the latter when its descriptor is
   * no longer read. A second call does nothing more.
   */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #next(): void {
    while (this.#waiting.length > 0 && (this.#idle.length > 0 || this.#busy.size < this.threads)) {
      const task = this.#waiting.shift()!;
      try {
        const worker = this.#idle.pop() ?? this.#start();
        this.#busy.set(worker, task);
        const { fd, offset, length } = task;
        worker.postMessage({ fd, offset, length } satisfies HashRequest);
      } catch (cause) {
        task.reject(new Error('no worker can be started', { cause }));
      }
    }
  }

  #start(): Worker {
    const worker = this.#startWorker();
    let fault: unknown;
    worker.on('message', (answer: HashAnswer) => {
      this.#settle(worker, answer);
    });
    worker.on('error', (error) => {
      fault = error;
    });
    worker.on('exit', () => {
      this.#lose(worker, fault);
    });
    worker.unref();
    return worker;
  }

  #settle(worker: Worker, answer: HashAnswer): void {
    const task = this.#busy.get(worker);
    this.#busy.delete(worker);
    this.#idle.push(worker);
    if ('digest' in answer) task?.resolve(answer.digest);
    else task?.reject('short' in answer ? endsEarly() : asError(answer.failure));
    if (!this.#closed) this.#next();
  }

  #lose(worker: Worker, cause: unknown): void {
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    const task = this.#busy.get(worker);
    this.#busy.delete(worker);
    task?.reject(this.#closed ? closedError() : new Error('the worker died', { cause }));
    if (!this.#closed) this.#next();
  }

  async #end(): Promise<void> {
    for (const task of this.#waiting.splice(0)) task.reject(closedError());
    const workers = [...this.#idle, ...this.#busy.keys()];
    await Promise.all([this.#streams.close(), ...workers.map((worker) => worker.terminate())]);
  }
}

function endsEarly(): TransferError {
  return new TransferError('changed', 'the file became shorter while it was hashed');
}

function closedError(): Error {
  return new Error('the hasher was closed');
}

function asError({ message, ...fields }: HashFailure): Error {
  return Object.assign(new Error(message), fields);
}
