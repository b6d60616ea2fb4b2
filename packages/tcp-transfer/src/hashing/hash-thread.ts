// One hashing thread, seen from the event loop: its requests, and how busy it is.
import type { Worker } from 'node:worker_threads';
import { deferred, type Deferred } from '../async.ts';
import { TransferError } from '../transfer-error.ts';
import type { HashAnswer, HashFailure, PartRequest, RunEnd, RunRequest } from './hash-worker.ts';

/** A worker that hashes parts of files, one at a time, and any number of runs at once. */
export class HashThread {
  readonly #worker: Worker;
  readonly #onDeath: () => void;
  /** The requests without an answer, in order. */
  readonly #pending: Deferred<HashAnswer>[] = [];
  #isReading = false;
  #runs = 0;
  #isDead = false;

  /** @param onDeath called when the worker has ended, for whatever reason */
  constructor(worker: Worker, onDeath: () => void) {
    this.#worker = worker;
    this.#onDeath = onDeath;
    let fault: unknown;
    worker.on('message', (answer: HashAnswer) => {
      this.#pending.shift()?.resolve(answer);
      if (this.#pending.length === 0) worker.unref();
    });
    worker.on('error', (error) => {
      fault = error;
    });
    worker.on('exit', () => {
      this.#die(fault);
    });
    worker.unref();
  }

  /** Whether it hashes a part of a file. Runs would wait too long for more than one. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** How many parts and runs it hashes. */
  get load(): number {
    return this.#runs + (this.#isReading ? 1 : 0);
  }

  /** @throws TransferError `changed`; the system's error; Error if the worker dies */
  async hashPart(part: PartRequest): Promise<Uint8Array> {
    this.#isReading = true;
    try {
      const [digest] = digestsIn(await this.#ask(part));
      return digest!;
    } finally {
      this.#isReading = false;
    }
  }

  beginRun(): void {
    this.#runs += 1;
  }

  /** @throws Error if the worker dies */
  async hashRun(request: RunRequest): Promise<readonly Uint8Array[]> {
    return digestsIn(await this.#ask(request));
  }

  endRun(run: number): void {
    this.#runs -= 1;
    this.#worker.postMessage({ run } satisfies RunEnd);
  }

  /** Ends the worker; what it is hashing is rejected. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: PartRequest | RunRequest): Promise<HashAnswer> {
    if (this.#isDead) return Promise.reject(new Error('the worker died'));
    const answer = deferred<HashAnswer>();
    this.#pending.push(answer);
    // The process lives as long as there is work, and no longer.
    this.#worker.ref();
    this.#worker.postMessage(request);
    return answer.promise;
  }

  #die(cause: unknown): void {
    this.#isDead = true;
    this.#onDeath();
    for (const { reject } of this.#pending.splice(0))
      reject(new Error('the worker died', { cause }));
  }
}

function digestsIn(answer: HashAnswer): readonly Uint8Array[] {
  if ('digests' in answer) return answer.digests;
  throw 'short' in answer ? endsEarly() : asError(answer.failure);
}

/** The error for a file that ends before a part of it does. */
export function endsEarly(): TransferError {
  return new TransferError('changed', 'the file was truncated while it was hashed');
}

function asError({ message, ...fields }: HashFailure): Error {
  return Object.assign(new Error(message), fields);
}
