// The error of the configuration, which ends the program with exit code 2.
/** The configuration cannot be used. The message is one line with the fault and its source. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
