// Where the key file of this user is, by the custom of each platform.
import { isAbsolute, join } from 'node:path';
import { homeFolder } from '../files/folder-path.ts';

/** The path of the user's own key file; `undefined` if this user has no home. */
export async function userKeyPath(): Promise<string | undefined> {
  try {
    // The library asks for the home folder when it is loaded, and throws if there is none.
    const { default: envPaths } = await import('env-paths');
    const { config } = envPaths('peerlane', { suffix: '' });
    if (isAbsolute(config)) return join(config, 'key');
  } catch {
    return undefined;
  }
  // The specification of XDG says that a relative path is to be ignored: the node of a user with a key must
  // not be open for that.
  const home = homeFolder();
  return home !== undefined && isAbsolute(home)
    ? join(home, '.config', 'peerlane', 'key')
    : undefined;
}
