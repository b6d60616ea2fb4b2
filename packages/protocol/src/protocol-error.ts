// The error of this package, and how its messages show the values that they refuse.
import { visibleText } from './visible-text.ts';

/** The kind of value that was refused, see docs/protocol.md, "Errors". */
export type ProtocolErrorCode =
  /** A datagram is no message. */
  | 'malformed-message'
  /** The wire cannot carry a message in its version, or it is no message. */
  | 'not-encodable'
  /** An address is not `host:port`. */
  | 'bad-address'
  /** A file must not be written under this name. */
  | 'bad-filename'
  /** A TCP request is malformed or too long. */
  | 'bad-request'
  /** The header of a transfer is malformed. */
  | 'bad-header'
  /** The answer to a request of version 2, or the data of a catalog, is malformed or too long. */
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

  /** Whether a value is an error of this class, even if the package is installed twice. */
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
