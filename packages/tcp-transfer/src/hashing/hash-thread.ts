// One hashing thread, seen from the event loop: its requests, and how busy it is.
import type { Worker } from 'node:worker_threads';
import { deferred, type Deferred } from '../async.ts';
import { TransferError } from '../transfer-error.ts';
import type { FileRequest } from './file-work.ts';
import type {
  FailedAnswer,
  HashAnswer,
  PartRequest,
  RunEnd,
  RunRequest,
  ThreadAnswer,
} from './hash-worker.ts';
import { asError } from './system-failure.ts';

/** A worker that hashes parts of files or works on files, one at a time, and hashes any number of runs. */
export class HashThread {
  readonly #worker: Worker;
  readonly #onDeath: () => void;
  /** The requests without an answer, in order. */
  readonly #pending: Deferred<ThreadAnswer>[] = [];
  #isAtFiles = false;
  #runs = 0;
  #isDead = false;

  /** @param onDeath called when the worker has ended, for whatever reason */
  constructor(worker: Worker, onDeath: () => void) {
    this.#worker = worker;
    this.#onDeath = onDeath;
    let fault: unknown;
    worker.on('message', (answer: ThreadAnswer) => {
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

  /** Whether it reads or writes files. Runs would wait too long for more than one request of that kind. */
  get isAtFiles(): boolean {
    return this.#isAtFiles;
  }

  /** How many requests of that kind and runs it has. */
  get load(): number {
    return this.#runs + (this.#isAtFiles ? 1 : 0);
  }

  /** @throws TransferError `changed`; the system's error; Error if the worker dies */
  async hashPart(part: PartRequest): Promise<Uint8Array> {
    const [digest] = digestsIn((await this.#atFiles(part)) as HashAnswer);
    return digest!;
  }

  /** @throws the system's error; Error if the worker dies */
  async workOnFiles(request: FileRequest): Promise<unknown> {
    return ((await this.#atFiles(request)) as { readonly result: unknown }).result;
  }

  beginRun(): void {
    this.#runs += 1;
  }

  /** @throws Error if the worker dies */
  async hashRun(request: RunRequest): Promise<readonly Uint8Array[]> {
    return digestsIn((await this.#ask(request)) as HashAnswer);
  }

  endRun(run: number): void {
    this.#runs -= 1;
    this.#worker.postMessage({ run } satisfies RunEnd);
  }

  /** Ends the worker; what it is hashing is rejected. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #atFiles(request: PartRequest | FileRequest): Promise<Answer> {
    this.#isAtFiles = true;
    try {
      return await this.#ask(request);
    } finally {
      this.#isAtFiles = false;
    }
  }

  async #ask(request: PartRequest | RunRequest | FileRequest): Promise<Answer> {
    if (this.#isDead) throw new Error('the worker died');
    const answer = deferred<ThreadAnswer>();
    this.#pending.push(answer);
    // The process lives as long as there is work, and no longer.
    this.#worker.ref();
    this.#worker.postMessage(request);
    const answered = await answer.promise;
    if ('failure' in answered) throw asError(answered.failure);
    return answered;
  }

  #die(cause: unknown): void {
    this.#isDead = true;
    this.#onDeath();
    for (const { reject } of this.#pending.splice(0))
      reject(new Error('the worker died', { cause }));
  }
}

type Answer = Exclude<ThreadAnswer, FailedAnswer>;

function digestsIn(answer: HashAnswer): readonly Uint8Array[] {
  if ('digests' in answer) return answer.digests;
  throw endsEarly();
}

/** The error for a file that ends before a part of it does. */
export function endsEarly(): TransferError {
  return new TransferError('changed', 'the file was truncated while it was hashed');
}
