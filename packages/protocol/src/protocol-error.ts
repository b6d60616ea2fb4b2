import { visibleText } from './visible-text.ts';

/** Why the protocol refused something. */
export type ProtocolErrorCode =
  /** A datagram is no message of this protocol. */
  | 'malformed-message'
  /** A message holds something that its version of the wire cannot carry. */
  | 'not-encodable'
  /** An address is not `host:port`. */
  | 'bad-address'
  /** A file name may not be used for a file on disk. */
  | 'bad-file-name'
  /** A transfer request is malformed. */
  | 'bad-request'
  /** A transfer header is malformed. */
  | 'bad-header'
  /** The answer to a transfer request of version 2 is malformed. */
  | 'bad-answer';

const brand: symbol = Symbol.for('@peerlane/protocol/ProtocolError');

/** The only error that this package throws. Its message is safe to print. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** True for an error of this class, also where the package is installed twice. */
  static is(error: unknown): error is ProtocolError {
    return error instanceof Error && brand in error;
  }
}

/** A value as an error message shows it; text is quoted, cut, and safe to print. */
export function excerpt(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `"${visibleText(value.length > 60 ? `${value.slice(0, 60)}…` : value)}"`;
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}

/** Narrows what a caller without types may have passed to a function that encodes an object. */
export function requireObject(value: unknown, what: string): asserts value is object {
  if (typeof value === 'object' && value !== null) return;
  throw new ProtocolError('not-encodable', `expected ${what}, got ${excerpt(value)}`);
}
