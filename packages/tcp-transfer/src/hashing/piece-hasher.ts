// Hashes pieces in a few worker threads: nothing is hashed on the event loop.
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { deferred } from '../async.ts';
import { checkCount } from '../check-options.ts';
import type { FileWork } from './file-work.ts';
import { endsEarly, HashThread } from './hash-thread.ts';
import { startHashWorker } from './hash-worker.ts';
import { smallRun, threadRun, type RunHasher } from './run-hasher.ts';
import { sha256OfPart, smallPart } from './sha256.ts';

/** The options of a {@link PieceHasher}. */
export interface PieceHasherOptions {
  /**
   * At most this many worker threads.
   * @default one less than the machine runs at once, but at least 1 and at most 4
   */
  readonly threads?: number;
  /** Starts a worker. Tests start others. */
  readonly startWorker?: () => Worker;
}

/** Work for which a thread has to be free. */
interface Task {
  readonly run: (thread: HashThread) => Promise<void>;
  readonly reject: (error: unknown) => void;
}

/**
 * Hashes parts of open files, and bytes as they arrive, and compares and writes small files, in one pool of
 * worker threads; no content is copied from thread to thread. Workers are started when there is work, and keep the
 * process alive only as long as there is some.
 */
export class PieceHasher {
  /** The most worker threads, and so the most parts of files that are hashed at a time. */
  readonly threads: number;
  readonly #startWorker: () => Worker;
  readonly #threads = new Set<HashThread>();
  readonly #waiting: Task[] = [];
  #lastRun = 0;
  #closed: Promise<void> | undefined;

  /** @throws RangeError if `threads` is not a whole number of at least 1 */
  constructor(options: PieceHasherOptions = {}) {
    this.threads = options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
    checkCount({ threads: this.threads }, 1);
    this.#startWorker = options.startWorker ?? startHashWorker;
  }

  /**
   * The SHA-256 of a part of a file. The descriptor must stay open until the promise is resolved or
   * rejected.
   *
   * @param offset the position at which the part begins, in bytes
   * @param length how many bytes it has
   * @throws TransferError `changed` if the file ends before the part does; the system's error if it
   * cannot be read; Error if the worker dies or the hasher is closed
   */
  async hash(fd: number, offset: number, length: number): Promise<Uint8Array> {
    if (this.#closed) throw closedError();
    const part = { fd, offset, length };
    if (length <= smallPart) return (await sha256OfPart(part)) ?? Promise.reject(endsEarly());
    return this.#whenFree((thread) => thread.hashPart(part));
  }

  /**
   * Does work on files, all of one hand-over in one thread. What it reaches must stay in place until the
   * promise is resolved or rejected.
   *
   * @throws the system's error if all of it failed; Error if the worker dies or the hasher is closed
   * @internal
   */
  async workOnFiles<K extends keyof FileWork>(
    request: FileWork[K]['request'] & { readonly work: K },
  ): Promise<FileWork[K]['result']> {
    if (this.#closed) throw closedError();
    const work = (thread: HashThread): Promise<unknown> => thread.workOnFiles(request);
    return (await this.#whenFree(work)) as FileWork[K]['result'];
  }

  /**
   * Hashes the pieces of a run as they arrive.
   *
   * @param length of the whole run, in bytes
   * @throws Error if the hasher is closed, or no worker can be started
   */
  run(length: number): RunHasher {
    if (this.#closed) throw closedError();
    if (length <= smallPart) return smallRun();
    const thread = this.#leastBusy([...this.#threads])!;
    // With two processors a second thread only takes turns with the first: to hand bytes over costs more
    // than it gains.
    return threadRun(thread, (this.#lastRun += 1), this.threads === 1);
  }

  /**
   * Ends the workers. What waits or is being hashed is rejected, the latter once its descriptor is no
   * longer read. A second call does nothing more.
   */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #whenFree<T>(work: (thread: HashThread) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = deferred<T>();
    const run = async (thread: HashThread): Promise<void> => {
      try {
        resolve(await work(thread));
      } catch (error) {
        reject(this.#closed ? closedError() : error);
      }
      this.#next();
    };
    this.#waiting.push({ run, reject });
    this.#next();
    return promise;
  }

  #next(): void {
    while (this.#waiting.length > 0 && !this.#closed) {
      let thread: HashThread | undefined;
      try {
        thread = this.#leastBusy([...this.#threads].filter(({ isAtFiles }) => !isAtFiles));
      } catch (error) {
        this.#waiting.shift()!.reject(error);
        continue;
      }
      if (!thread) return;
      void this.#waiting.shift()!.run(thread);
    }
  }

  /** The least busy of some threads, or a new one if all are busy and there may be another. */
  #leastBusy(threads: readonly HashThread[]): HashThread | undefined {
    let least = threads[0];
    for (const thread of threads) if (thread.load < least!.load) least = thread;
    return least?.load === 0 || this.#threads.size >= this.threads ? least : this.#start();
  }

  #start(): HashThread {
    try {
      const thread = new HashThread(this.#startWorker(), () => this.#threads.delete(thread));
      this.#threads.add(thread);
      return thread;
    } catch (cause) {
      throw new Error('no worker can be started', { cause });
    }
  }

  async #end(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(closedError());
    await Promise.all([...this.#threads].map((thread) => thread.close()));
  }
}

function closedError(): Error {
  return new Error('the hasher was closed');
}
