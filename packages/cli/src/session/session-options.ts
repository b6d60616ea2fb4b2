// What a session needs to know besides its node.

export interface SessionOptions {
  /** How long a request waits for offers, in milliseconds. */
  readonly timeout: number;
  /** The folder that is shared. */
  readonly folder: string;
  /** Aborted when the program is told to stop. */
  readonly signal: AbortSignal;
}
