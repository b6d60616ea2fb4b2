// The line of JSON that precedes the data of a version 2 answer, or refuses the request.
import * as field from './fields.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { JsonLine, maxJsonLineBytes } from './json-line.ts';
import { LineBuffer } from './line-buffer.ts';
import { ProtocolError, requireObject } from './protocol-error.ts';
import { encodeText } from './text.ts';

/** The line before the data of an answer. Which keys it has depends on the request. */
export interface TransferAnswer {
  /** How many bytes of data follow the line. */
  readonly length: number;
  /** The name under which the file is shared. Data from the network: not safe to print. */
  readonly filename?: string;
  /** The size of the whole file, in bytes. */
  readonly size?: number;
  /** The offset of the data in the file, in bytes. */
  readonly offset?: number;
  /** When the file was last changed, in milliseconds since 1970 (UTC). */
  readonly mtime?: number;
  /** The root of the manifest: 64 hex digits. */
  readonly root?: string;
  /** The length of a piece, in bytes. */
  readonly pieceLength?: number;
  /** The cursor at which the list continues. Missing at its end. */
  readonly cursor?: string;
  /** What becomes of an offer: a {@link SendState}, or a word of a later version. Not safe to print. */
  readonly state?: string;
  /** How many bytes of the offered are there and verified. */
  readonly done?: number;
  /** With `failed`: why, a {@link SendFailure} or a word of a later version. Not safe to print. */
  readonly reason?: string;
}

/** Why a file server refuses a request. */
export interface TransferRefusal {
  readonly error: {
    /** A {@link RefusalCode}, or a code of a later version. Not safe to print. */
    readonly code: string;
    /** For people. Not safe to print. */
    readonly message: string;
    /** With `changed`: the root of the content that the file has now, if the server knows it. */
    readonly root?: string;
  };
}

/** The codes of refusals in version 2. */
export type RefusalCode =
  'bad-request' | 'unsupported' | 'not-found' | 'changed' | 'out-of-range' | 'busy';

interface Line extends Partial<TransferAnswer>, Partial<TransferRefusal> {
  readonly v: number;
}

const refusalField: field.Field<TransferRefusal['error']> = {
  expected: 'an object with a code and a message',
  accepts(value): value is TransferRefusal['error'] {
    if (typeof value !== 'object' || value === null) return false;
    const { code, message } = value as Readonly<Record<string, unknown>>;
    return field.text.accepts(code) && typeof message === 'string';
  },
};

const jsonLine = new JsonLine<Line>({
  v: field.version,
  length: field.optional(field.byteCount),
  filename: field.optional(field.text),
  size: field.optional(field.byteCount),
  offset: field.optional(field.byteCount),
  mtime: field.optional(field.integer(Number.MIN_SAFE_INTEGER)),
  root: field.optional(field.digest),
  pieceLength: field.optional(field.integer(1)),
  cursor: field.optional(field.text),
  state: field.optional(field.text),
  done: field.optional(field.byteCount),
  reason: field.optional(field.text),
  error: field.optional(refusalField),
});

/**
 * Encodes the line of an answer, including the line feed.
 *
 * @throws ProtocolError `not-encodable`
 * @see docs/protocol.md, "Version 2"
 */
export function encodeTransferAnswer(
  answer: TransferAnswer | TransferRefusal,
): Uint8Array<ArrayBuffer> {
  requireObject(answer, 'an answer');
  const { error, ...keys }: Partial<TransferAnswer & TransferRefusal> = answer;
  if ((error === undefined) === (keys.length === undefined)) {
    throw new ProtocolError('not-encodable', 'expected either a length or an error');
  }
  if (error !== undefined) requireObject(error, 'an error with a code and a message');
  const line = error === undefined ? keys : { ...keys, error: refusalOf(error) };
  return encodeText(`${jsonLine.encode({ v: 2, ...line })}\n`);
}

/** An answer, and the first bytes of its data. */
export interface DecodedAnswer {
  readonly answer: TransferAnswer | TransferRefusal;
  readonly rest: Uint8Array;
}

/**
 * Reads the lines of answers from bytes that come in pieces of any size, see {@link FrameDecoder}.
 * `push` throws a ProtocolError `bad-answer`, also for a line of more than 8192 bytes.
 *
 * @see docs/protocol.md, "Version 2"
 */
export class TransferAnswerDecoder extends FrameDecoder<DecodedAnswer> {
  constructor() {
    super(new LineBuffer(maxJsonLineBytes, badAnswer));
  }

  protected override decode(line: Uint8Array, rest: Uint8Array): DecodedAnswer {
    return { answer: decodeLine(line), rest };
  }
}

function decodeLine(line: Uint8Array): TransferAnswer | TransferRefusal {
  const decoded = jsonLine.decode(line);
  if ('fault' in decoded) throw badAnswer(decoded.fault);
  const { v: _v, error, length, ...keys } = decoded.value;
  if (error) return { error: refusalOf(error) };
  if (length === undefined) throw badAnswer('expected a length or an error');
  return { length, ...keys };
}

/** The part of a refusal that version 2 knows; a later version may add keys. */
function refusalOf({ code, message, root }: TransferRefusal['error']): TransferRefusal['error'] {
  return field.digest.accepts(root) ? { code, message, root } : { code, message };
}

function badAnswer(fault: string): ProtocolError {
  return new ProtocolError('bad-answer', `malformed answer in JSON: ${fault}`);
}
