import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { TransferError } from '../transfer-error.ts';
import type { FileIdentity } from './file-identity.ts';
import type { OpenedFile } from './open-inside.ts';
import type { SharedFile } from './served-files.ts';

/** A disk's clock may stand still for so long between two changes of a file, in milliseconds. */
const tick = 20;

/** A system writes at least so many bytes in a millisecond, until its memory is full. */
const writtenInMillisecond = 500_000;

/** Nobody is made to wait longer than this for a file to rest, in milliseconds. */
const longestRest = 2000;

/** So often a file may turn out to have been changed while it was given time to rest. */
const attempts = 3;

type Times = Pick<BigIntStats, 'size' | 'ctimeNs'>;

/**
 * How much longer nothing may happen to a file until it can be read, in milliseconds. A write sets
 * the file's time when it begins: what is younger than the longest write may still be written. And
 * two changes within one tick of the disk's clock look like one.
 *
 * @param now the time of day, in milliseconds since 1970
 */
export function timeToRest({ size, ctimeNs }: Times, now: number): number {
  const rest = Math.min(longestRest, tick + Number(size) / writtenInMillisecond);
  const age = now - Number(ctimeNs / 1_000_000n);
  // The clock of another machine may be ahead: then it is waited as for what was changed just now.
  return Math.min(rest, Math.max(0, rest - age));
}

/** The clock of the day, as that is the disk's, in milliseconds. */
export interface RestClock {
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** An open file that no longer changed when it was opened, and can tell whether it has since. */
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
   * Waits until an open file has rested for as long as it takes to write it. For a file that was not
   * changed a moment ago that is at once.
   *
   * @throws TransferError `changed` if it is changed again and again: the file is closed then
   */
  static async waitFor(
    filename: string,
    { handle, status }: OpenedFile,
    clock: RestClock = { now: Date.now, pause: setTimeout },
  ): Promise<StableFile> {
    try {
      return new StableFile(filename, handle, await atRest(handle, status, clock));
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
  { now, pause }: RestClock,
): Promise<BigIntStats> {
  let before = status;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const wait = timeToRest(before, now());
    if (wait === 0) return before;
    await pause(Math.ceil(wait));
    const after = await handle.stat({ bigint: true });
    if (isUnchanged(before, after)) return after;
    before = after;
  }
  throw new TransferError('changed', 'the file is being written to');
}

/**
 * Whether a file is what it was. Its time of writing can be set back; that of any change cannot, but
 * it also says that the file has got another name or lost one.
 */
export function isUnchanged(before: BigIntStats, now: BigIntStats): boolean {
  if (now.size !== before.size || now.mtimeNs !== before.mtimeNs) return false;
  return now.ctimeNs === before.ctimeNs || now.nlink !== before.nlink;
}
