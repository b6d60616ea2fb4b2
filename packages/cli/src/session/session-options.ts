// The options of a session's commands.

/** The options of a session. */
export interface SessionOptions {
  /** How long a request waits for offers, in milliseconds. */
  readonly timeout: number;
  /** The folder that is shared. */
  readonly folder: string;
  /** The name of the node, by which others know it. */
  readonly name: string;
  /** Aborted when the program has to stop. */
  readonly signal: AbortSignal;
}
