// Finds the first bytes of each answer's data in what a client receives over a connection.
import {
  TransferAnswerDecoder,
  TransferHeaderDecoder,
  type DecodedAnswer,
  type DecodedHeader,
} from '@peerlane/protocol';

/** How many bytes of data are told. */
export const headLength = 256;

const openBrace = 0x7b;

/** What a client receives over one connection: lines or headers, and the data behind each. */
export class DataHeads {
  readonly #tell: (head: Uint8Array) => void;
  #decoder: TransferAnswerDecoder | TransferHeaderDecoder | undefined;
  #head: number[] = [];
  /** How many bytes of data are still to come, and how many of these are to be told. */
  #left = 0;
  #wanted = 0;
  #isReadable = true;

  /** @param tell called with up to {@link headLength} bytes for each answer that has data */
  constructor(tell: (head: Uint8Array) => void) {
    this.#tell = tell;
  }

  /** These bytes have arrived. */
  push(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && this.#isReadable) {
      rest = this.#left > 0 ? this.#data(rest) : this.#frame(rest);
    }
  }

  /** Nothing more comes: tells what has come of a head that is not whole. */
  end(): void {
    if (this.#head.length > 0) this.#tell(Uint8Array.from(this.#head));
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
      // The client has given up this connection as well.
      this.#isReadable = false;
      return bytes;
    }
  }
}

function dataLengthOf(decoded: DecodedAnswer | DecodedHeader): number {
  if ('header' in decoded) return decoded.header.size;
  return 'error' in decoded.answer ? 0 : decoded.answer.length;
}
