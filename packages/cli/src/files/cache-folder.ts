// Where the cache of this user is, by the custom of each platform.
import { posix, win32 } from 'node:path';
import { homeFolder } from './folder-path.ts';

/** What the place of the cache depends on. */
export interface CachePlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @default that of this machine */
  readonly platform?: NodeJS.Platform;
  /** The home folder; throws if there is none. */
  readonly home?: () => string;
}

/**
 * The folder for the cache: `peerlane` in `XDG_CACHE_HOME`, else in `~/.cache`, on macOS in
 * `~/Library/Caches`, on Windows in `%LOCALAPPDATA%`. `undefined` if this user has no home.
 */
export function cacheFolder({
  env,
  platform = process.platform,
  home,
}: CachePlace): string | undefined {
  const path = platform === 'win32' ? win32 : posix;
  const own = platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  // The specification of XDG says that a relative path is to be ignored.
  if (own !== undefined && path.isAbsolute(own))
    return path.join(own, 'peerlane', ...inner(platform));
  const folder = homeFolder(home);
  if (folder === undefined || !path.isAbsolute(folder)) return undefined;
  if (platform === 'win32')
    return path.join(folder, 'AppData', 'Local', 'peerlane', ...inner(platform));
  if (platform === 'darwin') return path.join(folder, 'Library', 'Caches', 'peerlane');
  return path.join(folder, '.cache', 'peerlane');
}

/** What is said once where there is no cache. */
export const noCacheText =
  'There is no home folder: digests of shared files are kept in memory, and files are hashed again after a restart. Set XDG_CACHE_HOME to a folder to keep them';

/** `%LOCALAPPDATA%` holds more than caches. */
function inner(platform: NodeJS.Platform): readonly string[] {
  return platform === 'win32' ? ['Cache'] : [];
}
