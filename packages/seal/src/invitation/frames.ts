// The frames in which an invitation is exchanged: a type, a length and a body.
import type { Duplex } from 'node:stream';
import { SealError } from '../seal-error.ts';

/** The first byte of each frame. */
const types = {
  hello: 1,
  share: 2,
  newcomerProof: 3,
  inviterProof: 4,
  newcomerName: 5,
  keyring: 6,
  done: 7,
  refusal: 8,
} as const;

export type FrameType = keyof typeof types;

export interface Frame {
  readonly type: FrameType;
  readonly body: Uint8Array;
}

/** How long a frame's type and length are, in bytes. */
const headerLength = 3;

/** The longest body, in bytes. */
const maxBody = 4096;

/** What stands ahead of a body: the type, and the length in big-endian order. */
export function frameHeader(type: FrameType, bodyLength: number): Uint8Array {
  return Uint8Array.of(types[type], bodyLength >> 8, bodyLength & 0xff);
}

/** The frames of one exchange over a stream, which it closes in the end. */
export class FrameStream {
  readonly #stream: Duplex;
  readonly #signal: AbortSignal;
  #wake = (): void => undefined;

  constructor(stream: Duplex, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
    for (const event of ['readable', 'end', 'close', 'error']) stream.on(event, this.#changed);
    signal.addEventListener('abort', this.#changed);
  }

  write(type: FrameType, body: Uint8Array): void {
    if (!this.#stream.writable) return;
    this.#stream.write(Buffer.concat([frameHeader(type, body.length), body]), this.#changed);
  }

  /**
   * Reads the next frame.
   *
   * @throws SealError `broken` if it has none of the types that are expected, if the stream ends before,
   *   or when the signal aborts
   */
  async read(...expected: readonly FrameType[]): Promise<Frame> {
    const [code, high = 0, low = 0] = await this.#take(headerLength);
    const type = expected.find((name) => types[name] === code);
    const length = (high << 8) | low;
    if (!type || length > maxBody) throw broken('the other side sent something else than expected');
    return { type, body: length > 0 ? await this.#take(length) : new Uint8Array() };
  }

  /** Waits until what was written has left, the stream is closed, or the signal aborts. */
  async end(): Promise<void> {
    const { writableLength, destroyed } = this.#stream;
    if (writableLength > 0 && !destroyed && !this.#signal.aborted) {
      await this.#change();
      return this.end();
    }
    this.#stream.end();
  }

  /** Closes the stream. */
  close(): void {
    this.#signal.removeEventListener('abort', this.#changed);
    for (const event of ['readable', 'end', 'close']) this.#stream.off(event, this.#changed);
    // An error that comes later still finds somebody who hears it.
    this.#stream.destroy();
  }

  readonly #changed = (): void => {
    this.#wake();
  };

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #take(length: number): Promise<Uint8Array> {
    for (;;) {
      if (this.#signal.aborted)
        throw broken('the exchange took too long, or was stopped', this.#signal.reason);
      const bytes = this.#stream.read(length) as Uint8Array | null;
      if (bytes?.length === length) return bytes;
      // At its end a stream gives what is left, even if it is less.
      if (bytes || this.#stream.readableEnded || this.#stream.destroyed)
        throw broken('the other side closed the connection early', this.#stream.errored);
      await this.#change();
    }
  }
}

/** The error of an exchange that did not come to its end. */
export function broken(message: string, cause?: unknown): SealError {
  return new SealError('broken', message, cause ? { cause } : undefined);
}
