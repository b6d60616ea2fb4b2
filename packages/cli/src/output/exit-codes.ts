/** How the program ends. */
export const exitCodes = {
  /** All was done, or a signal ended what runs until a signal ends it. */
  done: 0,
  failed: 1,
  /** The command line or the configuration cannot be used. */
  usage: 2,
  /** Nobody has the file. */
  notFound: 3,
  /** A signal came before all was done. */
  interrupted: 130,
} as const;
