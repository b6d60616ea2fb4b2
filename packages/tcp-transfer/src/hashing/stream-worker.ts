import { Worker } from 'node:worker_threads';

/** What a worker is asked for: to hash bytes that go on where the last ones of the run ended. */
export interface StreamRequest {
  readonly run: number;
  /** In shared memory. Without, the run is over. */
  readonly bytes?: Uint8Array;
  /** Where in the bytes pieces end. */
  readonly ends?: readonly number[];
}

/** What a worker answers: the digests of the pieces that ended. */
export interface StreamAnswer {
  readonly run: number;
  readonly digests: readonly Uint8Array[];
}

// Text for the reasons that `hash-worker.ts` gives.
const source = `
'use strict';
const { createHash } = require('node:crypto');
const { parentPort } = require('node:worker_threads');

const begun = new Map();

parentPort.on('message', ({ run, bytes, ends }) => {
  if (!bytes) {
    begun.delete(run);
    return;
  }
  let hash = begun.get(run) ?? createHash('sha256');
  const digests = [];
  let start = 0;
  for (const end of ends) {
    hash.update(bytes.subarray(start, end));
    digests.push(new Uint8Array(hash.digest()));
    hash = createHash('sha256');
    start = end;
  }
  hash.update(bytes.subarray(start));
  begun.set(run, hash);
  parentPort.postMessage({ run, digests });
});
`;

/**
 * Starts a thread that answers each {@link StreamRequest} with bytes by a {@link StreamAnswer}.
 *
 * @param code what it runs; tests have other ideas
 */
export function startStreamWorker(code: string = source): Worker {
  return new Worker(code, { eval: true, execArgv: [], name: 'peerlane-stream-hash' });
}
