/** Why a transfer failed. */
export type TransferErrorCode =
  /** There is no connection to the peer. */
  | 'unreachable'
  /** The peer closed the connection without a byte: it does not have the file after all. */
  | 'no-file'
  /** The peer does not do what it was asked for. */
  | 'refused'
  /** The peer is at one of its bounds: it may be asked again. */
  | 'busy'
  /** What the peer sent is not the protocol, or is another file. */
  | 'bad-answer'
  /** A piece is not what the manifest says. */
  | 'wrong-content'
  /** The connection ended before the last byte, or was reset before the first. */
  | 'incomplete'
  /** The peer went silent, or moved less than the minimum. */
  | 'too-slow'
  /** The disk has no room for as many bytes as the peer announced. */
  | 'no-space'
  /** The file could not be written. */
  | 'disk'
  /** There is a file of that name, which is to stay. */
  | 'exists'
  /** A file that was being sent changed, or could not be read. */
  | 'changed';

const brand: symbol = Symbol.for('@peerlane/tcp-transfer/TransferError');

/** What this package throws when a transfer fails. Its message is safe to print. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly code: TransferErrorCode;

  constructor(code: TransferErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** True for an error of this class, also where the package is installed twice. */
  static is(error: unknown): error is TransferError {
    return error instanceof Error && brand in error;
  }
}
