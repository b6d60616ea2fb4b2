import type { Worker } from 'node:worker_threads';
import { deferred, type Deferred } from '../async.ts';
import { smallPart } from './hash-small.ts';
import { sha256 } from './sha256.ts';
import { startStreamWorker, type StreamAnswer, type StreamRequest } from './stream-worker.ts';

/** Hashes the pieces of a run as their bytes come in. */
export interface RunHasher {
  /**
   * Takes the next bytes, which must stay in place until the promise settles. More may be pushed
   * before.
   *
   * @param ends where in the bytes pieces end
   * @returns the SHA-256 of each of those pieces
   */
  push(bytes: Uint8Array, ends: readonly number[]): Promise<readonly Uint8Array[]>;
  /** The run is over, or was given up. */
  close(): void;
}

interface Thread {
  readonly worker: Worker;
  /** The runs that are its own, with what they wait for, in order. */
  readonly runs: Map<number, Deferred<readonly Uint8Array[]>[]>;
}

/**
 * Hashes bytes that come in, in worker threads and out of the memory that they were received into.
 * Workers are started when there is work, and keep no process alive.
 */
export class StreamHasher {
  readonly #maxThreads: number;
  readonly #startWorker: () => Worker;
  readonly #threads = new Set<Thread>();
  #lastRun = 0;
  #closed = false;

  /** @param startWorker starts a worker; tests start others */
  constructor(maxThreads: number, startWorker: () => Worker = startStreamWorker) {
    this.#maxThreads = maxThreads;
    this.#startWorker = startWorker;
  }

  /**
   * @param length of the whole run, in bytes
   * @throws Error where the hasher was closed
   */
  run(length: number): RunHasher {
    if (this.#closed) throw new Error('the hasher was closed');
    return length <= smallPart ? smallRun() : this.#threadRun();
  }

  /** Ends the workers; what is being hashed is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #threadRun(): RunHasher {
    const run = (this.#lastRun += 1);
    const thread = this.#leastBusy();
    const waiting: Deferred<readonly Uint8Array[]>[] = [];
    thread.runs.set(run, waiting);
    const ask = (request: StreamRequest): void => {
      thread.worker.postMessage(request);
    };
    return {
      push: (bytes, ends) => {
        const answer = deferred<readonly Uint8Array[]>();
        if (!this.#threads.has(thread)) return Promise.reject(new Error('the worker died'));
        waiting.push(answer);
        ask({ run, bytes: shared(bytes), ends });
        return answer.promise;
      },
      close: () => {
        thread.runs.delete(run);
        ask({ run });
      },
    };
  }

  #leastBusy(): Thread {
    let least: Thread | undefined;
    for (const thread of this.#threads)
      if (!least || thread.runs.size < least.runs.size) least = thread;
    const another = this.#threads.size < this.#maxThreads && (least?.runs.size ?? 1) > 0;
    return least && !another ? least : this.#start();
  }

  #start(): Thread {
    const thread: Thread = { worker: this.#startWorker(), runs: new Map() };
    const { worker, runs } = thread;
    worker.on('message', ({ run, digests }: StreamAnswer) => {
      runs.get(run)?.shift()?.resolve(digests);
    });
    let fault: unknown;
    worker.on('error', (error) => {
      fault = error;
    });
    worker.on('exit', () => {
      this.#threads.delete(thread);
      for (const { reject } of [...runs.values()].flat())
        reject(new Error('the worker died', { cause: fault }));
    });
    worker.unref();
    this.#threads.add(thread);
    return thread;
  }
}

/** A run that is not worth the start of a worker. */
function smallRun(): RunHasher {
  const parts: Uint8Array[] = [];
  return {
    push: (bytes, ends) => {
      const pieces = ends.map((end, index) => {
        const part = bytes.subarray(ends[index - 1] ?? 0, end);
        return Buffer.concat([...parts.splice(0), part]);
      });
      parts.push(Buffer.from(bytes.subarray(ends.at(-1) ?? 0)));
      return Promise.all(pieces.map(sha256));
    },
    close: () => undefined,
  };
}

/** Bytes in memory that threads share: themselves, where they are. */
function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
