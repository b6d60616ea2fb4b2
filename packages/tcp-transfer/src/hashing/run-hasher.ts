// Hashes the pieces of a run as their bytes arrive, in a thread or, if the run is small, without one.
import type { HashThread } from './hash-thread.ts';
import type { RunWrite } from './hash-worker.ts';
import { sha256 } from './sha256.ts';

/** Hashes the pieces of a run as their bytes arrive. */
export interface RunHasher {
  /**
   * Hashes the next bytes, which must stay in place until the promise is resolved. Calls may overlap.
   *
   * @param ends the positions in the bytes at which pieces end
   * @returns the SHA-256 of each of those pieces
   */
  push(bytes: Uint8Array, ends: readonly number[]): Promise<readonly Uint8Array[]>;
  /**
   * Writes the next bytes to a file and hashes them as `push` does, in one go. The descriptor must stay open
   * until the promise is resolved or rejected.
   *
   * @default none: there are processors enough for both at once
   * @throws the system's error if they cannot be written
   */
  readonly writeAndPush?:
    | ((
        bytes: Uint8Array,
        ends: readonly number[],
        write: RunWrite,
      ) => Promise<readonly Uint8Array[]>)
    | undefined;
  /** The run has ended, or is of no more use. */
  close(): void;
}

/**
 * A run that a thread hashes, out of the memory that its bytes were received into.
 *
 * @param writes whether it can write them, too
 */
export function threadRun(thread: HashThread, run: number, writes: boolean): RunHasher {
  thread.beginRun();
  return {
    push: (bytes, ends) => thread.hashRun({ run, bytes: inSharedMemory(bytes), ends }),
    writeAndPush: writes
      ? (bytes, ends, write) => thread.hashRun({ run, bytes: inSharedMemory(bytes), ends, write })
      : undefined,
    close: () => {
      thread.endRun(run);
    },
  };
}

/** A run that is not worth starting a thread for. */
export function smallRun(): RunHasher {
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

function inSharedMemory(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
