// The sources of a whole folder: read once from the caller, and given to all that fetch from them.
import { ProtocolError } from '@peerlane/protocol';
import { unlessAborted } from '../async.ts';
import { inFairOrder } from '../sources/fair-order.ts';
import { isDiskError } from '../storage/disk-error.ts';
import type { Source } from '../swarm/swarm-options.ts';
import { TransferError } from '../transfer-error.ts';

/** A source does not list its tree to the end, or is not believed any more. */
export class ListError extends Error {
  constructor(cause: unknown) {
    super('the list of the folder broke off', { cause });
  }
}

/** Whether the source is to blame for an error, and not the disk, say. */
export function isFaultOfSource(error: Error): boolean {
  return (TransferError.is(error) && !isDiskError(error)) || ProtocolError.is(error);
}

/** Peers that may have a folder, in the order in which they come. */
export class TreeSources<S extends Source> {
  readonly #iterator: AsyncGenerator<S, void>;
  readonly #onLost: ((source: S, error: Error) => void) | undefined;
  readonly #known: S[] = [];
  readonly #lost = new Set<S>();
  #reading: Promise<void> | undefined;
  #isEnded = false;
  #lastFailure: Error | undefined;
  readonly #over = new AbortController();

  constructor(
    sources: AsyncIterable<S> | Iterable<S>,
    onLost: ((source: S, error: Error) => void) | undefined,
  ) {
    this.#iterator = inFairOrder(sources);
    this.#onLost = onLost;
  }

  /** Why the source that was lost last was lost, or why no more could be found. */
  get lastFailure(): Error | undefined {
    return this.#lastFailure;
  }

  /** Whether a source may be asked. */
  has(source: S): boolean {
    return !this.#lost.has(source);
  }

  /** A source is not asked any more. The first reason is reported. */
  lose(source: S, error: Error): void {
    if (this.#lost.has(source) || this.#over.signal.aborted) return;
    this.#lost.add(source);
    this.#lastFailure = error;
    this.#onLost?.(source, error);
  }

  /** A source is not asked any more, without being at fault. Returns false if it was not anyway. */
  leaveOut(source: S): boolean {
    if (this.#lost.has(source)) return false;
    this.#lost.add(source);
    return true;
  }

  /** All sources that may be asked, also those that come later, until a signal is aborted. */
  async *each(signal: AbortSignal): AsyncGenerator<S, void> {
    for (let next = 0; !signal.aborted && !this.#over.signal.aborted;) {
      const source = this.#known[next];
      if (source) {
        next += 1;
        if (this.has(source)) yield source;
      } else if (this.#isEnded) {
        return;
      } else {
        // The loop sees that the signal was aborted.
        await unlessAborted(this.#read(), signal).catch(() => undefined);
      }
    }
  }

  /** No more sources are needed. */
  close(): void {
    this.#over.abort();
    void this.#iterator.return().catch(() => undefined);
  }

  #read(): Promise<void> {
    this.#reading ??= this.#iterator.next().then(
      ({ done, value }) => {
        this.#reading = undefined;
        if (done) this.#isEnded = true;
        else this.#known.push(value);
      },
      (error: unknown) => {
        this.#isEnded = true;
        this.#lastFailure ??= error as Error;
      },
    );
    return this.#reading;
  }
}
