// Where the key file of this user is, by the custom of each platform.
import { isAbsolute, join } from 'node:path';

/** The path of the user's own key file; `undefined` if this user has no home. */
export async function userKeyPath(): Promise<string | undefined> {
  try {
    // The library asks for the home folder when it is loaded, and throws if there is none.
    const { default: envPaths } = await import('env-paths');
    const { config } = envPaths('peerlane', { suffix: '' });
    return isAbsolute(config) ? join(config, 'key') : undefined;
  } catch {
    return undefined;
  }
}
