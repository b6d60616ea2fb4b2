/** The command line cannot be used. The message is one line that says why and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
