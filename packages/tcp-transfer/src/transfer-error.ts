/** Why a download failed. */
export type TransferErrorCode =
  /** The peer could not be reached, or the connection broke before the transfer began. */
  | 'unreachable'
  /** The peer closed the connection without a byte: it does not have the file after all. */
  | 'no-file'
  /** What the peer sent is not the protocol, or is another file. */
  | 'bad-answer'
  /** The connection ended, or went silent, before the last byte. */
  | 'incomplete'
  /** The file could not be written. */
  | 'disk';

const brand: symbol = Symbol.for('@peerlane/tcp-transfer/TransferError');

/** What {@link downloadFile} throws when a transfer fails. Its message is safe to print. */
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
