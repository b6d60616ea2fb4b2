// The client's side of version 2: requests one after the other, each answered by a line and data.
import {
  encodeTransferRequest,
  ProtocolError,
  TransferAnswerDecoder,
  shownText,
  type PeerAddress,
  type TransferAnswer,
  type TransferRefusal,
  type TransferRequestV2,
} from '@peerlane/protocol';
import { StreamReader, type PeerConnectionOptions } from './stream-reader.ts';
import type { RateLimit } from './rate-limit.ts';
import { TransferError, type TransferErrorCode } from '../transfer-error.ts';

/** The answer of a peer to a request. */
export interface PeerAnswer {
  readonly answer: TransferAnswer;
  /**
   * The data, piece by piece, out of the buffers that they are received into: a piece stays in place
   * until the one after the next is asked for, the last two until the next request. Breaking off the
   * iteration closes the connection. It throws TransferError and the reason of an aborted signal.
   */
  readonly data: AsyncIterable<Uint8Array>;
}

type Request = Omit<TransferRequestV2, 'version'>;

/**
 * A connection to a peer that speaks version 2.
 *
 * @see docs/protocol.md, "Version 2"
 */
export class PeerConnection {
  readonly #connect: () => Promise<StreamReader>;
  #reader: StreamReader;
  /** Whether there was an answer: since then the peer may have closed the connection as idle. */
  #reused = false;
  #closed = false;
  #isReading = false;
  /** How many pieces of data are still in place. */
  #unreleased = 0;

  private constructor(connect: () => Promise<StreamReader>, reader: StreamReader) {
    this.#connect = connect;
    this.#reader = reader;
  }

  /**
   * @param limit how fast to receive, shared with other connections
   * @throws ProtocolError `bad-address`; TransferError `unreachable`; the reason of an aborted signal
   */
  static async open(
    address: PeerAddress,
    options: PeerConnectionOptions = {},
    limit?: RateLimit,
  ): Promise<PeerConnection> {
    const connect = (): Promise<StreamReader> => StreamReader.open(address, options, limit);
    return new PeerConnection(connect, await connect());
  }

  /**
   * Sends a request and waits for the line that answers it. If the peer has closed the connection as
   * idle meanwhile, the request is sent once more on a new one.
   *
   * @throws TransferError if the peer refuses, is too slow or breaks off, of which only a refusal
   * leaves the connection good for another request; Error if the data of the last answer were not read
   */
  async request(request: Request): Promise<PeerAnswer> {
    if (this.#isReading) throw new Error('the data of the last answer were not read');
    this.#release(0);
    const answer = await this.#ask(request);
    if (answer) return answer;
    this.#reader.close();
    this.#reused = false;
    this.#reader = await this.#connect();
    if (this.#closed) this.#reader.close();
    return (await this.#ask(request))!;
  }

  /** @returns undefined if a connection that was used before ends without a byte */
  async #ask(request: Request): Promise<PeerAnswer | undefined> {
    const reader = this.#reader;
    reader.send(encodeTransferRequest({ version: 2, ...request }));
    const decoder = new TransferAnswerDecoder();
    for (;;) {
      const piece = await reader.next();
      if (!piece) {
        if (this.#reused && decoder.received === 0) return undefined;
        throw this.#cutOff(decoder.received === 0);
      }
      this.#unreleased += 1;
      const decoded = decode(decoder, piece);
      if (!decoded) {
        this.#release(0);
        continue;
      }
      this.#reused = true;
      const answer = accepted(decoded.answer);
      const left = rest(answer.length, decoded.rest);
      reader.expect(left);
      this.#isReading = answer.length > 0;
      return { answer, data: this.#data(decoded.rest, left) };
    }
  }

  async *#data(first: Uint8Array, afterFirst: number): AsyncGenerator<Uint8Array, void> {
    let left = afterFirst;
    let isWhole = false;
    try {
      if (first.length > 0) yield first;
      while (left > 0) {
        this.#release(1);
        const piece = await this.#reader.next();
        if (!piece) throw this.#cutOff(false);
        this.#unreleased += 1;
        left = rest(left, piece);
        yield piece;
      }
      isWhole = true;
    } finally {
      this.#isReading = false;
      if (!isWhole) this.#reader.close();
    }
  }

  /** Releases all pieces but the last ones. */
  #release(but: number): void {
    for (; this.#unreleased > but; this.#unreleased -= 1) this.#reader.release();
  }

  /** From now on any rate is enough, as long as something arrives. */
  allowSlow(): void {
    this.#reader.allowSlow();
  }

  /** @param reason what a request, or reading its data, fails with */
  close(reason?: Error): void {
    this.#closed = true;
    this.#reader.close(reason);
  }

  #cutOff(silent: boolean): TransferError {
    const { broken } = this.#reader;
    const where = silent ? 'without an answer' : 'in the middle of an answer';
    return new TransferError(
      'incomplete',
      broken
        ? `the connection broke ${where}: ${broken.message}`
        : `the peer ended the connection ${where}`,
      { cause: broken },
    );
  }
}

/** How many bytes are still to come after a piece. */
function rest(left: number, piece: Uint8Array): number {
  if (piece.length > left)
    throw new TransferError('bad-answer', 'the peer sent more than it announced');
  return left - piece.length;
}

function decode(
  decoder: TransferAnswerDecoder,
  piece: Uint8Array,
): ReturnType<TransferAnswerDecoder['push']> {
  try {
    return decoder.push(piece);
  } catch (cause) {
    if (!ProtocolError.is(cause)) throw cause;
    throw new TransferError('bad-answer', cause.message, { cause });
  }
}

const refusals: Readonly<Record<string, readonly [TransferErrorCode, string]>> = {
  'not-found': ['no-file', 'the peer does not have the file'],
  changed: ['changed', 'the peer has other content under that name'],
  busy: ['busy', 'the peer is busy'],
};

function accepted(answer: TransferAnswer | TransferRefusal): TransferAnswer {
  if (!('error' in answer)) return answer;
  const { code, message } = answer.error;
  const [ourCode, ourMessage] = refusals[code] ?? [
    'refused',
    `the peer refused: ${shownText(message)} (${shownText(code)})`,
  ];
  throw new TransferError(ourCode, ourMessage);
}
