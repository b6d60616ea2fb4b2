// The error of this package.

/** What was refused. */
export type SealErrorCode =
  /** A text is no cluster key, or a list of keys has none. */
  | 'bad-key'
  /** A text is no invitation. */
  | 'bad-invitation'
  /** The words of the two sides differ. */
  | 'wrong-words'
  /** The inviter deals with another newcomer just now. */
  | 'busy'
  /** The inviter lets nobody in: the message says why. */
  | 'refused'
  /** The exchange of an invitation ended early, or the other side does not keep to its rules. */
  | 'broken';

const brand: symbol = Symbol.for('@peerlane/seal/SealError');

/** The only error that this package throws. Its message is safe to print, and never holds a key. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly code: SealErrorCode;

  constructor(code: SealErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is an error of this class, even if the package is installed twice. */
  static is(error: unknown): error is SealError {
    return error instanceof Error && brand in error;
  }
}
