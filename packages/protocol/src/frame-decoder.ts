// The base of all decoders of TCP bytes: it reads one frame after the other (a request, a header, an
// answer) from bytes that come in pieces of any size.
import type { LineBuffer } from './line-buffer.ts';

/**
 * Reads frames from bytes that come in pieces of any size. All decoders keep the same contract:
 *
 * - `push` returns `undefined` until a frame is whole, and then the frame with the bytes that came
 *   after it (`rest`, a view of the bytes that were passed). However the bytes are cut, the frames
 *   are the same.
 * - After a frame the decoder begins the next one, so `rest` can be pushed again.
 * - After an error the decoder is spent: every further call throws the same error.
 * - Nothing is kept beyond the longest frame that is allowed.
 *
 * @typeParam Frame the frame under its name, and `rest`
 */
export abstract class FrameDecoder<Frame extends { readonly rest: Uint8Array }> {
  readonly #buffer: LineBuffer;
  #error: Error | undefined;

  protected constructor(buffer: LineBuffer) {
    this.#buffer = buffer;
  }

  /**
   * How many bytes of the frame have come, without its line feed: of the last frame, until the first
   * byte of the next.
   */
  get received(): number {
    return this.#buffer.received;
  }

  /** Whether a frame has begun and is not whole yet. */
  get unfinished(): boolean {
    return this.#buffer.begun.length > 0;
  }

  /**
   * Reads the next bytes. Returns the frame once it is whole, `undefined` until then.
   *
   * @throws ProtocolError with the code of the decoder, if the bytes are not a frame
   */
  push(bytes: Uint8Array): Frame | undefined {
    if (this.#error) throw this.#error;
    try {
      const collected = this.#buffer.push(bytes);
      if (collected) return this.decode(collected.line, collected.rest);
      this.inspect?.(this.#buffer.begun);
      return undefined;
    } catch (error) {
      this.#error = error as Error;
      throw error;
    }
  }

  /** Decodes a whole frame. */
  protected abstract decode(frame: Uint8Array, rest: Uint8Array): Frame;

  /** Refuses a frame that has begun and can only be bad, before it is whole. */
  protected inspect?(begun: Uint8Array): void;
}
