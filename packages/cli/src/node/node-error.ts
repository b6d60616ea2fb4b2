// The errors of a node itself; the layers below it have errors of their own.

/** Why a node could not do what it was asked. */
export type NodeErrorCode =
  /** Nobody delivered the file in time. */
  | 'not-found'
  /** The file was offered, but who was asked last for it has another key, or none. */
  | 'not-member'
  /** Nobody answered: whether anybody has the file is not known. */
  | 'no-answer'
  /** The folder cannot be shared. */
  | 'bad-folder'
  /** A file cannot be shared. */
  | 'bad-file'
  /** A port cannot be bound. */
  | 'bind'
  /** The node has to be started first. */
  | 'not-started'
  /** The node was closed. */
  | 'closed';

const brand: symbol = Symbol.for('@peerlane/cli/NodeError');

/** The errors of a {@link PeerlaneNode} itself. Their messages are safe to print. */
export class NodeError extends Error {
  override readonly name = 'NodeError';
  readonly code: NodeErrorCode;

  constructor(code: NodeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** True for an error of this class, also where the package is installed twice. */
  static is(error: unknown): error is NodeError {
    return error instanceof Error && brand in error;
  }
}

/** The error of everything that goes on at a node that was closed. */
export function closedError(): NodeError {
  return new NodeError('closed', 'The node was closed.');
}

/** The error of a node that was not started yet. */
export function notStartedError(): NodeError {
  return new NodeError('not-started', 'The node is not running: call start() first.');
}
