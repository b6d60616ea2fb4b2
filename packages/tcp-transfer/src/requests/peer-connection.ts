// The client's side of version 2: requests one after the other, each answered by a line and data.
import {
  encodeTransferRequest,
  TransferAnswerDecoder,
  type PeerAddress,
  type TransferAnswer,
  type TransferRequestV2,
} from '@peerlane/protocol';
import type { RateLimit } from '../connection/rate-limit.ts';
import { StreamReader, type PeerConnectionOptions } from '../connection/stream-reader.ts';
import type { HeldReader, ReaderSource } from './held-reader.ts';
import { accepted, cutOff, decode, rest } from './peer-answer.ts';

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
 * Lends memory of the length of an answer's data to receive them into. Pieces that do not lie in it come
 * first, and are of at most as many bytes as lie ahead of the others there. It is in use until all have
 * come, or the connection is closed.
 */
export type Lend = (answer: TransferAnswer) => Uint8Array | undefined;

/** A file of more bytes is not waited for by others: its requests have a stream of their own. */
const longAnswer = 1024 * 1024;

/** What a request fails with on a connection that is closed without a reason. */
const closed = new Error('the connection was closed');

/**
 * A connection to a peer that speaks version 2: of its own, or one of a pool, on which others send their
 * requests between those of this one.
 *
 * @see docs/protocol.md, "Version 2"
 */
export class PeerConnection {
  readonly #source: ReaderSource;
  readonly #isShared: boolean;
  readonly #signal: AbortSignal | undefined;
  readonly #control = new AbortController();
  #held: HeldReader | undefined;
  /** Whether its stream is kept between two requests. */
  #keeps: boolean;
  /** Whether its stream may be slow: nobody else must get it then. */
  #isSlow = false;
  #isAsking = false;
  #isReading = false;
  /** How many pieces of data are still in place. */
  #unreleased = 0;

  private constructor(
    source: ReaderSource,
    isShared: boolean,
    signal?: AbortSignal,
    held?: HeldReader,
  ) {
    this.#source = source;
    this.#isShared = isShared;
    this.#keeps = !isShared;
    this.#held = held;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) this.#abort();
  }

  /**
   * Opens a connection of its own.
   *
   * @param limit how fast to receive, shared with other connections
   * @throws ProtocolError `bad-address`; TransferError `unreachable`; the reason of an aborted signal
   */
  static async open(
    address: PeerAddress,
    options: PeerConnectionOptions = {},
    limit?: RateLimit,
  ): Promise<PeerConnection> {
    const acquire = async (): Promise<HeldReader> => {
      const reader = await StreamReader.open(address, options, limit);
      const release = (): void => {
        reader.close();
      };
      return { reader, isUsed: false, keep: () => undefined, release };
    };
    return new PeerConnection({ acquire }, false, undefined, await acquire());
  }

  /**
   * A connection on streams that others use, too. It must be told when the data of an answer are no longer
   * needed ({@link finish}), and closed in the end.
   *
   * @param signal closes it with its reason
   */
  static sharing(source: ReaderSource, signal: AbortSignal): PeerConnection {
    return new PeerConnection(source, true, signal);
  }

  /**
   * Sends a request and waits for the line that answers it. If the peer has closed the connection as
   * idle meanwhile, the request is sent once more on a new one.
   *
   * @param lend memory to receive the data into
   * @throws TransferError if the peer refuses, is too slow or breaks off, of which only a refusal
   * leaves the connection good for another request; Error if the data of the last answer were not read
   */
  async request(request: Request, lend?: Lend): Promise<PeerAnswer> {
    if (this.#isReading) throw new Error('the data of the last answer were not read');
    this.#release(0);
    this.#isAsking = true;
    try {
      for (;;) {
        const held = (this.#held ??= await this.#source.acquire(this.#control.signal));
        if (this.#control.signal.aborted) this.#drop();
        this.#control.signal.throwIfAborted();
        const answer = await this.#ask(held, request, lend);
        if (answer) return answer;
        this.#drop();
      }
    } finally {
      this.#isAsking = false;
    }
  }

  /** @returns undefined if a connection that was used before ends without a byte */
  async #ask(held: HeldReader, request: Request, lend?: Lend): Promise<PeerAnswer | undefined> {
    const { reader } = held;
    reader.send(encodeTransferRequest({ version: 2, ...request }));
    const decoder = new TransferAnswerDecoder();
    let isRefused = false;
    try {
      for (;;) {
        const piece = await reader.next();
        if (!piece) {
          if (held.isUsed && decoder.received === 0) return undefined;
          throw cutOff(reader, decoder.received === 0);
        }
        this.#unreleased += 1;
        const decoded = decode(decoder, piece);
        if (!decoded) {
          this.#release(0);
          continue;
        }
        held.isUsed = true;
        isRefused = 'error' in decoded.answer;
        const answer = accepted(decoded.answer);
        const left = rest(answer.length, decoded.rest);
        const memory = lend?.(answer);
        reader.expect(left);
        if (memory) reader.lend(memory.subarray(decoded.rest.length));
        this.#isReading = answer.length > 0;
        if ((answer.size ?? 0) > longAnswer) this.#keep();
        if (!this.#isReading) this.#finish();
        return { answer, data: this.#data(reader, decoded.rest, left) };
      }
    } catch (error) {
      if (isRefused) this.#finish();
      else if (this.#isShared) this.#drop();
      throw error;
    }
  }

  async *#data(
    reader: StreamReader,
    first: Uint8Array,
    afterFirst: number,
  ): AsyncGenerator<Uint8Array, void> {
    let left = afterFirst;
    let isWhole = false;
    try {
      if (first.length > 0) yield first;
      while (left > 0) {
        this.#release(1);
        const piece = await reader.next();
        if (!piece) throw cutOff(reader, false);
        this.#unreleased += 1;
        left = rest(left, piece);
        yield piece;
      }
      isWhole = true;
    } finally {
      this.#isReading = false;
      if (!isWhole) reader.close();
    }
  }

  /** Releases all pieces but the last ones. */
  #release(but: number): void {
    for (; this.#unreleased > but; this.#unreleased -= 1) this.#held?.reader.release();
  }

  /** The data of the last answer, which were read to their end, are not used any more. */
  finish(): void {
    if (!this.#isAsking && !this.#isReading) this.#finish();
  }

  #finish(): void {
    this.#release(0);
    if (!this.#keeps || (this.#isShared && this.#control.signal.aborted)) this.#leave();
  }

  /** From now on any rate is enough, as long as something arrives. */
  allowSlow(): void {
    this.#keep();
    this.#isSlow = true;
    this.#held?.reader.allowSlow();
  }

  /** @param reason what a request, or reading its data, fails with */
  close(reason: Error = closed): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#control.abort(reason);
    // Data that somebody still writes or hashes stay in place until `finish`.
    if (!this.#isShared || this.#isAsking || this.#isReading) this.#drop(reason);
    else if (this.#unreleased === 0) this.#leave();
  }

  readonly #abort = (): void => {
    this.close(this.#signal?.reason as Error);
  };

  #keep(): void {
    this.#keeps = true;
    this.#held?.keep();
  }

  /** Closes its stream, for whatever others might read on it is not theirs. */
  #drop(reason?: Error): void {
    this.#held?.reader.close(reason);
    this.#leave();
  }

  #leave(): void {
    if (this.#isSlow) this.#held?.reader.close();
    this.#held?.release();
    this.#held = undefined;
    this.#keeps = !this.#isShared;
    this.#isSlow = false;
    this.#unreleased = 0;
  }
}
