// The streams of a pool to one peer: requests wait for each other, and only long answers for nobody.
import type { PeerAddress } from '@peerlane/protocol';
import { deferred, unlessAborted, type Deferred } from '../async.ts';
import type { RateLimit } from '../connection/rate-limit.ts';
import { StreamReader, type PeerConnectionOptions } from '../connection/stream-reader.ts';
import type { HeldReader, ReaderSource } from './held-reader.ts';

/** What the streams to a peer are opened with, and who hears that one is idle. */
export interface PeerLineOptions {
  readonly address: PeerAddress;
  readonly connecting: PeerConnectionOptions;
  readonly limit: RateLimit | undefined;
  readonly onIdle: (stream: PooledStream) => void;
  /** An idle stream is used again, or is closed. */
  readonly onBusy: (stream: PooledStream) => void;
  /** It has no stream, and nobody waits for one. */
  readonly onEmpty: () => void;
}

/** A stream of a pool. */
export interface PooledStream {
  readonly reader: StreamReader;
  isUsed: boolean;
  /** Closes it while it is idle. */
  readonly close: () => void;
}

/** The reason of what is broken off because nobody waits for it. */
const unwanted = new Error('nobody waits for this connection');

/**
 * The streams to one peer. Requests with short answers share one, in the order in which they come. A
 * stream that somebody keeps is waited for by nobody: the next request gets another one.
 */
export class PeerLine implements ReaderSource {
  readonly #options: PeerLineOptions;
  readonly #open = new Set<PooledStream>();
  readonly #idle: PooledStream[] = [];
  readonly #waiting = new Set<Deferred<HeldReader>>();
  #opening: AbortController | undefined;
  /** How many streams are in use that nobody keeps. */
  #shared = 0;

  constructor(options: PeerLineOptions) {
    this.#options = options;
  }

  async acquire(signal: AbortSignal): Promise<HeldReader> {
    signal.throwIfAborted();
    for (let stream = this.#idle.pop(); stream; stream = this.#idle.pop()) {
      this.#options.onBusy(stream);
      if (isGood(stream)) return this.#hold(stream);
      this.#close(stream);
    }
    const waiting = deferred<HeldReader>();
    this.#waiting.add(waiting);
    this.#openIfNeeded();
    try {
      return await unlessAborted(waiting.promise, signal);
    } catch (error) {
      if (!this.#waiting.delete(waiting)) waiting.promise.then(releaseAgain, () => undefined);
      else if (this.#waiting.size === 0) this.#opening?.abort(unwanted);
      throw error;
    }
  }

  /** Resolves when the peer has been reached, now or by a stream that is open. */
  async reach(signal: AbortSignal): Promise<void> {
    if (this.#open.size === 0) releaseAgain(await this.acquire(signal));
  }

  /** Closes all streams. Who waits for one is told the reason. */
  close(reason: Error): void {
    this.#opening?.abort(reason);
    this.#fail(reason);
    for (const stream of this.#open) stream.reader.close(reason);
    this.#open.clear();
    for (const stream of this.#idle.splice(0)) this.#options.onBusy(stream);
  }

  #openIfNeeded(): void {
    if (this.#waiting.size === 0 || this.#shared > 0 || this.#opening) return;
    const { address, connecting, limit } = this.#options;
    const control = new AbortController();
    this.#opening = control;
    StreamReader.open(address, { ...connecting, signal: control.signal }, limit).then(
      (reader) => {
        this.#opening = undefined;
        const close = (): void => {
          this.#idle.splice(this.#idle.indexOf(stream), 1);
          this.#options.onBusy(stream);
          this.#close(stream);
        };
        const stream: PooledStream = { reader, isUsed: false, close };
        this.#open.add(stream);
        this.#handOn(stream);
      },
      (error: unknown) => {
        this.#opening = undefined;
        // A request that came after the others had gone is not to blame for their leaving.
        if (error === unwanted) this.#openIfNeeded();
        else this.#fail(error);
        this.#checkEmpty();
      },
    );
  }

  #fail(error: unknown): void {
    for (const waiting of this.#waiting) waiting.reject(error);
    this.#waiting.clear();
  }

  /** Gives a stream that is free to the next that waits. */
  #handOn(stream: PooledStream): void {
    if (!isGood(stream)) {
      this.#close(stream);
      return;
    }
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next.resolve(this.#hold(stream));
    } else {
      this.#idle.push(stream);
      this.#options.onIdle(stream);
    }
  }

  #hold(stream: PooledStream): HeldReader {
    this.#shared += 1;
    let isKept = false;
    let isReleased = false;
    const share = (): void => {
      if (isKept) return;
      isKept = true;
      this.#shared -= 1;
    };
    return {
      reader: stream.reader,
      get isUsed() {
        return stream.isUsed;
      },
      set isUsed(isUsed) {
        stream.isUsed = isUsed;
      },
      keep: () => {
        share();
        this.#openIfNeeded();
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        share();
        this.#handOn(stream);
      },
    };
  }

  #close(stream: PooledStream): void {
    stream.reader.close();
    this.#open.delete(stream);
    this.#openIfNeeded();
    this.#checkEmpty();
  }

  #checkEmpty(): void {
    if (this.#open.size === 0 && this.#waiting.size === 0 && !this.#opening)
      this.#options.onEmpty();
  }
}

/** Whether a stream that is free can bring an answer: more bytes than were announced would be taken for one. */
function isGood({ reader }: PooledStream): boolean {
  return reader.isOpen && reader.read() === undefined;
}

function releaseAgain(held: HeldReader): void {
  held.release();
}
