/** Why a node could not do what it was asked. */
export type NodeErrorCode =
  /** Nobody delivered the file in time. */
  | 'not-found'
  /** No other node was heard. */
  | 'nobody'
  /** The folder cannot be shared. */
  | 'bad-folder'
  /** A file cannot be shared. */
  | 'bad-file'
  /** A port cannot be bound. */
  | 'bind';

/** What a {@link PeerlaneNode} throws. Its message is safe to print. */
export class NodeError extends Error {
  override readonly name = 'NodeError';
  readonly code: NodeErrorCode;

  constructor(code: NodeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
