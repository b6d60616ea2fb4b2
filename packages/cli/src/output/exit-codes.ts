// The exit codes of the program.
/** The exit code of each outcome. */
export const exitCodes = {
  /** Everything was done, or a signal ended a command that runs until then. */
  done: 0,
  /** Something failed, or nobody answered. */
  failed: 1,
  /** The command line or the configuration cannot be used. */
  usage: 2,
  /** Nobody who answered has the file, or nobody delivered it in time. */
  notFound: 3,
  /** A receiver has declined what was sent. */
  declined: 4,
  /** A receiver takes no sends: it does not receive, or its version cannot. */
  unsupported: 5,
  /** A receiver was away, busy or without an answer for too long. */
  away: 6,
  /** A signal came before everything was done. */
  interrupted: 130,
} as const;
