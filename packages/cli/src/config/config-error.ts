/** The configuration cannot be used. The message is one line that says what is wrong and where. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
