// The options of a session's commands.

/** The options of a session. */
export interface SessionOptions {
  /** How long a request waits for offers, in milliseconds. */
  readonly timeout: number;
  /** The host to which the node is bound. */
  readonly host: string;
  /** The version of the protocol that the node speaks. */
  readonly protocol: 1 | 2;
  /** The folder that is shared. */
  readonly folder: string;
  /** The name of the node, by which others know it. */
  readonly name: string;
  /** Takes a line as the answer to a question whether a send is wanted. Returns false if it is none. */
  readonly answer: (line: string) => boolean;
  /** Aborted when the program has to stop. */
  readonly signal: AbortSignal;
}
