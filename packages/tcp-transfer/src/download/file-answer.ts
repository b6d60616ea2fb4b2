// The answer of version 1 to a request for a file. No I/O.
import { headerFilename, ProtocolError, TransferHeaderDecoder } from '@peerlane/protocol';
import { sizeText } from '../size-text.ts';
import { TransferError } from '../transfer-error.ts';

/**
 * The answer of a peer to a request of version 1, checked as it arrives: a header, then as many
 * bytes as the header announces. More may follow if the file grows meanwhile.
 *
 * @see docs/protocol.md, "TCP"
 */
export class FileAnswer {
  readonly #filename: string;
  readonly #header = new TransferHeaderDecoder();
  #size: number | undefined;
  #received = 0;
  #hasMore = false;

  /** @param filename the name in the request */
  constructor(filename: string) {
    this.#filename = filename;
  }

  /** The size of the file in bytes, once the header has arrived. */
  get size(): number | undefined {
    return this.#size;
  }

  /** Whether more has come than was announced: the file has grown since, and its first part was sent. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** How many bytes of the file have arrived. */
  get received(): number {
    return this.#received;
  }

  get complete(): boolean {
    return this.#received === this.#size;
  }

  /**
   * Adds the next bytes, and returns those of them that belong to the file: as many as were announced.
   *
   * @throws TransferError `bad-answer`
   */
  push(bytes: Uint8Array): Uint8Array {
    let data = bytes;
    if (this.#size === undefined) {
      const decoded = this.#decodeHeader(bytes);
      if (!decoded) return bytes.subarray(0, 0);
      if (decoded.header.filename !== headerFilename(this.#filename))
        throw new TransferError('bad-answer', 'the peer sent a different file than requested');
      this.#size = decoded.header.size;
      data = decoded.rest;
    }
    const left = this.#size - this.#received;
    this.#hasMore ||= data.length > left;
    data = data.subarray(0, left);
    this.#received += data.length;
    return data;
  }

  /** The error for a connection that ends before the answer is complete. */
  cutOff(cause?: Error): TransferError {
    if (!cause && this.#header.received === 0)
      return new TransferError('no-file', 'the peer does not have the file');
    const place =
      this.#size === undefined
        ? 'in its header'
        : `after ${sizeText(this.#received)} of ${sizeText(this.#size)}`;
    return cause
      ? new TransferError('incomplete', `the connection broke ${place}: ${cause.message}`, {
          cause,
        })
      : new TransferError('incomplete', `the connection ended ${place}`);
  }

  #decodeHeader(bytes: Uint8Array): ReturnType<TransferHeaderDecoder['push']> {
    try {
      return this.#header.push(bytes);
    } catch (cause) {
      if (!ProtocolError.is(cause)) throw cause;
      throw new TransferError('bad-answer', `the peer's header is malformed: ${cause.message}`, {
        cause,
      });
    }
  }
}
