// The program of a hashing thread: it hashes parts of open files, hashes and writes runs of bytes as they
// arrive, and does the work on small files that most of which is hashing them.
import { Worker } from 'node:worker_threads';
import { fileWorkSource } from './file-work.ts';
import type { SystemFailure } from './system-failure.ts';

/** Asks for the SHA-256 of a part of a file that is open in this process. */
export interface PartRequest {
  readonly fd: number;
  /** The position at which the part begins, in bytes. */
  readonly offset: number;
  /** How many bytes it has. */
  readonly length: number;
}

/** Asks to hash bytes that follow the last ones of a run, and for the SHA-256 of each piece that ends. */
export interface RunRequest {
  readonly run: number;
  /** In shared memory. */
  readonly bytes: Uint8Array;
  /** The positions in the bytes at which pieces end. */
  readonly ends: readonly number[];
  readonly write?: RunWrite;
}

/** Asks to write parts of the bytes of a run to a file that is open in this process, before they are hashed. */
export interface RunWrite {
  readonly fd: number;
  readonly parts: readonly WrittenPart[];
}

/** A part of received bytes, and its place in a file. */
export interface WrittenPart {
  /** Its beginning and its end in the bytes. */
  readonly start: number;
  readonly end: number;
  /** Where it begins in the file, in bytes. */
  readonly position: number;
}

/** Says that a run has ended; there is no answer. */
export interface RunEnd {
  readonly run: number;
}

/** The answer of a thread to each {@link PartRequest} and {@link RunRequest}. */
export type HashAnswer =
  | { readonly digests: readonly Uint8Array[] }
  /** The file ends before the part does. */
  | { readonly short: true };

/** The answer of a thread to each request. */
export type ThreadAnswer = HashAnswer | { readonly result: unknown } | FailedAnswer;

/** The request failed. */
export interface FailedAnswer {
  readonly failure: SystemFailure;
}

// Text, because a worker in its own file would be lost when a program is bundled into one file, and
// because Node 20 starts none from TypeScript. It is CommonJS, like all code that is evaluated.
const source = `
'use strict';
const { createHash, hash: wholeHash } = require('node:crypto');
const { readSync, writeSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
${fileWorkSource}
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

function writeParts(bytes, { fd, parts }) {
  for (const { start, end, position } of parts)
    for (let at = start; at < end; )
      at += writeSync(fd, bytes, at, end - at, position + at - start);
}

function hashRun({ run, bytes, ends, write }) {
  if (write) writeParts(bytes, write);
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
    if ('work' in request) return { result: fileWork[request.work](request) };
    return 'fd' in request ? hashPart(request) : hashRun(request);
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

parentPort.on('message', (request) => {
  if ('work' in request || 'fd' in request || request.bytes) parentPort.postMessage(answerTo(request));
  else runs.delete(request.run);
});
`;

/** As much memory as a thread may use before it looks for what it can give back, in MiB: it keeps next to nothing. */
const youngGeneration = 6;

/**
 * Starts a thread that answers requests in order.
 *
 * @param code what it runs; tests pass other programs
 */
export function startHashWorker(code: string = source): Worker {
  // The worker needs nothing that this process was started with, such as a loader.
  return new Worker(code, {
    ...{ eval: true, execArgv: [], name: 'peerlane-hash' },
    resourceLimits: { maxYoungGenerationSizeMb: youngGeneration },
  });
}
