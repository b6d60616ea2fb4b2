// The program of a hashing thread: it hashes parts of open files, and runs of bytes as they arrive.
import { Worker } from 'node:worker_threads';

/** Asks for the SHA-256 of a part of a file that is open in this process. */
export interface PartRequest {
  readonly fd: number;
  /** Where the part begins, in bytes. */
  readonly offset: number;
  /** How many bytes it has. */
  readonly length: number;
}

/** Asks to hash bytes that follow the last ones of a run, and for the SHA-256 of each piece that ends. */
export interface RunRequest {
  readonly run: number;
  /** In shared memory. */
  readonly bytes: Uint8Array;
  /** Where in the bytes pieces end. */
  readonly ends: readonly number[];
}

/** Says that a run has ended; there is no answer. */
export interface RunEnd {
  readonly run: number;
}

/** What a thread answers to each {@link PartRequest} and {@link RunRequest}. */
export type HashAnswer =
  | { readonly digests: readonly Uint8Array[] }
  /** The file ends before the part does. */
  | { readonly short: true }
  | { readonly failure: HashFailure };

/** The system's error. An Error that is sent between threads would lose all but its message. */
export interface HashFailure {
  readonly message: string;
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
}

// Text, because a worker in its own file would be lost when a program is bundled into one file, and
// because Node 20 starts none from TypeScript. It is CommonJS, like all code that is evaluated.
const source = `
'use strict';
const { createHash } = require('node:crypto');
const { readSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');

let buffer;
const runs = new Map();

function hashPart({ fd, offset, length }) {
  buffer ??= Buffer.allocUnsafeSlow(1024 * 1024);
  const hash = createHash('sha256');
  for (let done = 0; done < length; ) {
    const wanted = Math.min(buffer.length, length - done);
    const count = readSync(fd, buffer, 0, wanted, offset + done);
    if (count === 0) return { short: true };
    hash.update(buffer.subarray(0, count));
    done += count;
  }
  return { digests: [new Uint8Array(hash.digest())] };
}

function hashRun({ run, bytes, ends }) {
  let hash = runs.get(run) ?? createHash('sha256');
  const digests = [];
  let start = 0;
  for (const end of ends) {
    hash.update(bytes.subarray(start, end));
    digests.push(new Uint8Array(hash.digest()));
    hash = createHash('sha256');
    start = end;
  }
  hash.update(bytes.subarray(start));
  runs.set(run, hash);
  return { digests };
}

function answerTo(request) {
  try {
    return 'fd' in request ? hashPart(request) : hashRun(request);
  } catch ({ message, code, errno, syscall }) {
    return { failure: { message, code, errno, syscall } };
  }
}

parentPort.on('message', (request) => {
  if ('fd' in request || request.bytes) parentPort.postMessage(answerTo(request));
  else runs.delete(request.run);
});
`;

/**
 * Starts a thread that answers requests in order.
 *
 * @param code what it runs; tests pass other programs
 */
export function startHashWorker(code: string = source): Worker {
  // The worker needs nothing that this process was started with, such as a loader.
  return new Worker(code, { eval: true, execArgv: [], name: 'peerlane-hash' });
}
