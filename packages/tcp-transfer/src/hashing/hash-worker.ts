import { Worker } from 'node:worker_threads';

/** What a worker is asked for: the SHA-256 of a part of a file that is open in this process. */
export interface HashRequest {
  readonly fd: number;
  /** Where the part begins, in bytes. */
  readonly offset: number;
  /** How many bytes it has. */
  readonly length: number;
}

/** What a worker answers. */
export type HashAnswer =
  | { readonly digest: Uint8Array }
  /** The file ends before the part does. */
  | { readonly short: true }
  | { readonly failure: HashFailure };

/** The system's error: of one that is sent between threads only the message would arrive. */
export interface HashFailure {
  readonly message: string;
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
}

// Text, because a worker of its own file would be lost when a program is bundled into one file, and
// because Node 20 starts none from TypeScript. It is CommonJS, as all that is evaluated is.
const source = `
'use strict';
const { createHash } = require('node:crypto');
const { readSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');

const buffer = Buffer.allocUnsafeSlow(1024 * 1024);

function digestOf({ fd, offset, length }) {
  const hash = createHash('sha256');
  for (let done = 0; done < length; ) {
    const wanted = Math.min(buffer.length, length - done);
    const count = readSync(fd, buffer, 0, wanted, offset + done);
    if (count === 0) return { short: true };
    hash.update(buffer.subarray(0, count));
    done += count;
  }
  return { digest: new Uint8Array(hash.digest()) };
}

parentPort.on('message', (request) => {
  let answer;
  try {
    answer = digestOf(request);
  } catch ({ message, code, errno, syscall }) {
    answer = { failure: { message, code, errno, syscall } };
  }
  parentPort.postMessage(answer);
});
`;

/**
 * Starts a thread that answers each {@link HashRequest} with a {@link HashAnswer}, in order.
 *
 * @param code what it runs; tests have other ideas
 */
export function startHashWorker(code: string = source): Worker {
  // What this process was started with, such as a loader, is not for the worker.
  return new Worker(code, { eval: true, execArgv: [], name: 'peerlane-hash' });
}
