// The exit codes of the program.
/** The exit code of each kind of end. */
export const exitCodes = {
  /** Everything was done, or a signal ended a command that runs until then. */
  done: 0,
  failed: 1,
  /** The command line or the configuration cannot be used. */
  usage: 2,
  /** Nobody has the file. */
  notFound: 3,
  /** A signal came before everything was done. */
  interrupted: 130,
} as const;
