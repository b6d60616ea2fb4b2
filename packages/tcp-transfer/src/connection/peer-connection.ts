import {
  encodeTransferRequest,
  ProtocolError,
  TransferAnswerDecoder,
  visibleText,
  type PeerAddress,
  type TransferAnswer,
  type TransferRefusal,
  type TransferRequestV2,
} from '@peerlane/protocol';
import { systemClock, type Clock } from '../clock.ts';
import { resolvePace, type PaceLimits } from './pace.ts';
import { InHand } from './in-hand.ts';
import { StreamReader, type Connect } from './stream-reader.ts';
import type { RateLimit } from './rate-limit.ts';
import { TransferError, type TransferErrorCode } from '../transfer-error.ts';

/** How a connection is made. */
export interface PeerConnectionOptions extends PaceLimits {
  readonly signal?: AbortSignal | undefined;
  /** @default a TCP connection */
  readonly connect?: Connect | undefined;
  /** @default the time of this machine */
  readonly clock?: Clock;
}

/**
 * Takes the data of an answer piece by piece; a piece stays in place until the promise settles. The
 * next one may be given before.
 */
export type TakeData = (bytes: Uint8Array) => Promise<void>;

/**
 * A connection to a peer that speaks version 2: requests one after the other, each answered by a line
 * and data.
 *
 * @see docs/protocol.md, "Version 2"
 */
export class PeerConnection {
  readonly #connect: () => Promise<StreamReader>;
  #reader: StreamReader;
  /** Whether an answer has come: since then the peer may have taken the connection for idle. */
  #reused = false;
  #closed = false;

  private constructor(connect: () => Promise<StreamReader>, reader: StreamReader) {
    this.#connect = connect;
    this.#reader = reader;
  }

  /**
   * @param limit how fast is received, with others
   * @throws ProtocolError `bad-address`; TransferError `unreachable`; the reason of an aborted signal
   */
  static async open(
    address: PeerAddress,
    options: PeerConnectionOptions = {},
    limit?: RateLimit,
  ): Promise<PeerConnection> {
    const { signal, connect: opener, clock = systemClock } = options;
    const connect = async (): Promise<StreamReader> => {
      const reader = new StreamReader(resolvePace(options), clock, signal, limit);
      try {
        await reader.connect(address, opener);
        return reader;
      } catch (error) {
        reader.close();
        throw error;
      }
    };
    return new PeerConnection(connect, await connect());
  }

  /**
   * Sends a request and takes its answer. `onAnswer` judges the line before any data is taken; what
   * it throws ends the request. Where the peer has ended a connection that was idle, the request is
   * sent once more on a new one.
   *
   * @throws TransferError where the peer refuses, is too slow or breaks off; what `onAnswer` and
   * `take` throw. Only after a refusal is the connection good for a further request.
   */
  async request(
    request: Omit<TransferRequestV2, 'version'>,
    onAnswer: (answer: TransferAnswer) => TakeData,
  ): Promise<void> {
    if (await this.#ask(request, onAnswer)) return;
    this.#reader.close();
    this.#reused = false;
    const reader = await this.#connect();
    this.#reader = reader;
    if (this.#closed) reader.close();
    await this.#ask(request, onAnswer);
  }

  /** @returns false where a connection that was used before ends without a byte */
  async #ask(
    request: Omit<TransferRequestV2, 'version'>,
    onAnswer: (answer: TransferAnswer) => TakeData,
  ): Promise<boolean> {
    const reader = this.#reader;
    reader.send(encodeTransferRequest({ version: 2, ...request }));
    const decoder = new TransferAnswerDecoder();
    const inHand = new InHand(reader);
    let take: TakeData | undefined;
    let left = 0;
    try {
      while (!take || left > 0) {
        const piece = await reader.next();
        if (!piece) {
          if (this.#reused && decoder.received === 0) return false;
          throw this.#cutOff(decoder.received === 0);
        }
        let data = piece;
        if (!take) {
          const decoded = decode(decoder, piece);
          data = decoded?.rest ?? piece.subarray(0, 0);
          if (decoded) {
            this.#reused = true;
            const answer = accepted(decoded.answer);
            take = onAnswer(answer);
            left = answer.length;
            reader.expect(left - data.length);
          }
        }
        if (data.length > left)
          throw new TransferError('bad-answer', 'the peer sent more than it announced');
        left -= data.length;
        await inHand.add(take && data.length > 0 ? take(data) : Promise.resolve());
      }
    } finally {
      await inHand.empty();
    }
    return true;
  }

  /** However little comes at a time is enough from now on, as long as something comes. */
  allowSlow(): void {
    this.#reader.allowSlow();
  }

  /** @param reason what a request that is under way fails with */
  close(reason?: Error): void {
    this.#closed = true;
    this.#reader.close(reason);
  }

  #cutOff(silent: boolean): TransferError {
    const { broken } = this.#reader;
    const what = silent ? 'without an answer' : 'in the middle of an answer';
    return new TransferError(
      'incomplete',
      broken
        ? `the connection broke ${what}: ${broken.message}`
        : `the peer ended the connection ${what}`,
      { cause: broken },
    );
  }
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
  busy: ['busy', 'the peer has too much to do'],
};

function accepted(answer: TransferAnswer | TransferRefusal): TransferAnswer {
  if (!('error' in answer)) return answer;
  const { code, message } = answer.error;
  const [ourCode, ourMessage] = refusals[code] ?? [
    'refused',
    `the peer refuses: ${visibleText(message)} (${visibleText(code)})`,
  ];
  throw new TransferError(ourCode, ourMessage);
}
