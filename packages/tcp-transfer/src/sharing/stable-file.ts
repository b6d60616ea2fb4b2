// A file that is sent only once it is no longer being written, and is watched for later changes.
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { TransferError } from '../transfer-error.ts';
import type { FileIdentity } from './file-identity.ts';
import type { OpenedFile } from './open-inside.ts';
import type { OpenFileOptions, SharedFile } from './served-files.ts';

/** How long the clock of a disk may stand still between two changes of a file, in milliseconds. */
const longestTick = 20;

/** How much a system writes at least until its memory is full, in bytes per millisecond. */
const slowestWrite = 500_000;

/** How long a client waits at most for a file to come to rest, in milliseconds. */
const longestRest = 2000;

/** How many times a file may turn out to have changed during the wait. */
const maxAttempts = 3;

type Times = Pick<BigIntStats, 'size' | 'ctimeNs'>;

/**
 * How long a file must not change until it can be read, in milliseconds. A write sets the file's time
 * when it begins, so a change that is younger than the longest write may still be going on. And two
 * changes within one tick of the disk's clock look like one.
 *
 * @param now the time of day, in milliseconds since 1970
 */
export function timeToRest({ size, ctimeNs }: Times, now: number): number {
  const rest = Math.min(longestRest, longestTick + Number(size) / slowestWrite);
  const age = now - Number(ctimeNs / 1_000_000n);
  // The clock of another machine may be ahead: such a file counts as changed just now.
  return Math.min(rest, Math.max(0, rest - age));
}

/** The time of day, which is also the disk's time. */
export interface RestClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits for a time in milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>;
}

/** An open file that had come to rest when it was opened, and detects later changes. */
export class StableFile implements SharedFile {
  readonly filename: string;
  readonly size: number;
  readonly identity: FileIdentity;
  readonly handle: FileHandle;
  readonly #status: BigIntStats;

  private constructor(filename: string, handle: FileHandle, status: BigIntStats) {
    this.filename = filename;
    this.size = Number(status.size);
    this.identity = status;
    this.handle = handle;
    this.#status = status;
  }

  /**
   * Waits until an open file has been unchanged for as long as writing it takes. A file that did not
   * change a moment ago is ready at once.
   *
   * @throws TransferError `changed` if it is changed again and again, and not only grows where that may
   * be: the file is closed then
   */
  static async waitFor(
    filename: string,
    { handle, status }: OpenedFile,
    { growing = false }: OpenFileOptions = {},
    clock: RestClock = { now: Date.now, pause: setTimeout },
  ): Promise<StableFile> {
    try {
      return new StableFile(filename, handle, await atRest(handle, status, growing, clock));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async unchanged(): Promise<boolean> {
    return isUnchanged(this.#status, await this.handle.stat({ bigint: true }));
  }
}

async function atRest(
  handle: FileHandle,
  status: BigIntStats,
  growing: boolean,
  { now, pause }: RestClock,
): Promise<BigIntStats> {
  let before = status;
  let onlyGrows = growing;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const wait = timeToRest(before, now());
    if (wait === 0) return before;
    await pause(Math.ceil(wait));
    const after = await handle.stat({ bigint: true });
    if (isUnchanged(before, after)) return after;
    onlyGrows &&= after.size > before.size;
    before = after;
  }
  if (onlyGrows) return before;
  throw new TransferError('changed', 'the file is being written to');
}

/**
 * Whether the content of a file is the same as before. The time of the last write can be set back.
 * The time of the last change of any kind cannot, but it also moves when the file gets or loses a
 * hard link.
 */
export function isUnchanged(before: BigIntStats, now: BigIntStats): boolean {
  if (now.size !== before.size || now.mtimeNs !== before.mtimeNs) return false;
  return now.ctimeNs === before.ctimeNs || now.nlink !== before.nlink;
}
