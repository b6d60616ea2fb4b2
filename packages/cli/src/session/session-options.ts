// What the commands of a session need besides its node.

/** The options of a session. */
export interface SessionOptions {
  /** How long a request waits for offers, in milliseconds. */
  readonly timeout: number;
  /** The folder that is shared. */
  readonly folder: string;
  /** Aborted when the program has to stop. */
  readonly signal: AbortSignal;
}
