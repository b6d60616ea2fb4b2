// What the answer of a peer means: an answer, a refusal, or bytes that are neither.
import {
  ProtocolError,
  shownText,
  type TransferAnswer,
  type TransferAnswerDecoder,
  type TransferRefusal,
} from '@peerlane/protocol';
import type { StreamReader } from '../connection/stream-reader.ts';
import { TransferError, type TransferErrorCode } from '../transfer-error.ts';

/** @param silent whether nothing had come of an answer */
export function cutOff({ broken }: StreamReader, silent: boolean): TransferError {
  const where = silent ? 'without an answer' : 'in the middle of an answer';
  return new TransferError(
    'incomplete',
    broken
      ? `the connection broke ${where}: ${broken.message}`
      : `the peer ended the connection ${where}`,
    { cause: broken },
  );
}

/**
 * How many bytes are still to come after a piece.
 *
 * @throws TransferError `bad-answer` if the piece has more than were announced
 */
export function rest(left: number, piece: Uint8Array): number {
  if (piece.length > left)
    throw new TransferError('bad-answer', 'the peer sent more than it announced');
  return left - piece.length;
}

/** @throws TransferError `bad-answer` */
export function decode(
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

/** By codes from the network: an object would have an answer to `constructor`, too. */
const refusals: ReadonlyMap<string, readonly [TransferErrorCode, string]> = new Map([
  ['not-found', ['no-file', 'the peer does not have the file']],
  ['changed', ['changed', 'the peer has other content under that name']],
  ['busy', ['busy', 'the peer is busy']],
]);

/** @throws TransferError for a refusal */
export function accepted(answer: TransferAnswer | TransferRefusal): TransferAnswer {
  if (!('error' in answer)) return answer;
  const { code, message } = answer.error;
  const [ourCode, ourMessage] = refusals.get(code) ?? [
    'refused',
    `the peer refused: ${shownText(message)} (${shownText(code)})`,
  ];
  throw new TransferError(ourCode, ourMessage, { refusal: code });
}
