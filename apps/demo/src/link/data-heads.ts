// Finds the first bytes of each answer's data in what a client receives over a connection.
import {
  TransferAnswerDecoder,
  TransferHeaderDecoder,
  type DecodedAnswer,
  type DecodedHeader,
} from '@peerlane/protocol';

/** The most bytes of an answer's data that are reported. */
export const headLength = 256;

const openBrace = 0x7b;

/** The first byte of a connection by TLS. */
const tlsHandshake = 0x16;

/** What a client receives over one connection: lines or headers, and the data behind each. */
export class DataHeads {
  readonly #onHead: (head: Uint8Array) => void;
  #decoder: TransferAnswerDecoder | TransferHeaderDecoder | undefined;
  #head: number[] = [];
  /** The bytes of data that are still to come, and those of them that are to be reported. */
  #left = 0;
  #wanted = 0;
  #isReadable = true;
  #isFirst = true;

  /** @param onHead called with up to {@link headLength} bytes for each answer that has data */
  constructor(onHead: (head: Uint8Array) => void) {
    this.#onHead = onHead;
  }

  /** These bytes have arrived. */
  push(bytes: Uint8Array): void {
    // In a sealed connection only its two ends see lines and data.
    if (this.#isFirst && bytes[0] === tlsHandshake) this.#isReadable = false;
    this.#isFirst = false;
    let rest = bytes;
    while (rest.length > 0 && this.#isReadable) {
      rest = this.#left > 0 ? this.#data(rest) : this.#frame(rest);
    }
  }

  /** The connection has ended: reports a head that is not complete. */
  end(): void {
    if (this.#head.length > 0) this.#onHead(Uint8Array.from(this.#head));
    this.#head = [];
  }

  #data(bytes: Uint8Array): Uint8Array {
    const data = bytes.subarray(0, this.#left);
    const head = data.subarray(0, this.#wanted);
    this.#head.push(...head);
    this.#left -= data.length;
    this.#wanted -= head.length;
    if (this.#wanted === 0) this.end();
    return bytes.subarray(data.length);
  }

  #frame(bytes: Uint8Array): Uint8Array {
    this.#decoder ??=
      bytes[0] === openBrace ? new TransferAnswerDecoder() : new TransferHeaderDecoder();
    try {
      const decoded = this.#decoder.push(bytes);
      if (!decoded) return bytes.subarray(bytes.length);
      this.#decoder = undefined;
      this.#left = dataLengthOf(decoded);
      this.#wanted = Math.min(this.#left, headLength);
      return decoded.rest;
    } catch {
      // The client ends such a connection as well.
      this.#isReadable = false;
      return bytes;
    }
  }
}

function dataLengthOf(decoded: DecodedAnswer | DecodedHeader): number {
  if ('header' in decoded) return decoded.header.size;
  return 'error' in decoded.answer ? 0 : decoded.answer.length;
}
