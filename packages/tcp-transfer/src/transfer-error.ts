// The error of this package.
/** Why a transfer failed. */
export type TransferErrorCode =
  /** There is no connection to the peer, or it ended before the handshake of a sealed one did. */
  | 'unreachable'
  /** The peer is not in the same sealed cluster, or has another key. */
  | 'not-member'
  /** The peer closed the connection without a byte: it does not have the file after all. */
  | 'no-file'
  /** The peer refuses the request. */
  | 'refused'
  /** The peer has too much to do: it may be asked again. */
  | 'busy'
  /** The peer does not follow the protocol, or sent another file. */
  | 'bad-answer'
  /** A piece does not match the manifest. */
  | 'wrong-content'
  /** The connection ended before the last byte, or was reset before the first. */
  | 'incomplete'
  /** The peer went silent, or moved less than the minimum. */
  | 'too-slow'
  /** The disk has less space than the file needs. */
  | 'no-space'
  /** The file could not be written. */
  | 'disk'
  /** A file of that name exists and is to stay. */
  | 'exists'
  /** A file that was being sent changed, or could not be read. */
  | 'changed';

const brand: symbol = Symbol.for('@peerlane/tcp-transfer/TransferError');

/** The error that this package throws when a transfer fails. Its message is safe to print. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly code: TransferErrorCode;
  /** The code with which the peer has refused, in version 2. Text from the network: not safe to print. */
  readonly refusal: string | undefined;

  constructor(
    code: TransferErrorCode,
    message: string,
    options: ErrorOptions & { readonly refusal?: string } = {},
  ) {
    super(message, options);
    this.code = code;
    this.refusal = options.refusal;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is an error of this class, even if the package is installed twice. */
  static is(error: unknown): error is TransferError {
    return error instanceof Error && brand in error;
  }
}

/** Whether an error says that a piece is not that of the file. */
export function isWrongContent(error: unknown): boolean {
  return TransferError.is(error) && error.code === 'wrong-content';
}
