// The path of a folder that a user named: its `~`, its faults, and the warnings about it.
import { opendir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { parse, resolve } from 'node:path';
import { ConfigError } from './config-error.ts';

/** The home folder of the user; `undefined` if the system knows none, as for a user without an account. */
export function homeFolder(home: () => string = homedir): string | undefined {
  try {
    return home();
  } catch {
    return undefined;
  }
}

/**
 * Replaces `~` at the start of a path by the home folder, as a shell does.
 *
 * @throws ConfigError if there is no home folder
 */
export function expandHome(path: string): string {
  return path.replace(/^~(?=$|[/\\])/, () => {
    const home = homeFolder();
    if (home === undefined)
      throw new ConfigError(
        `${path}: this user has no home folder. Set HOME, or write the whole path`,
      );
    return home;
  });
}

/** The fault of a folder; `undefined` if it can be read. */
export async function folderFault(folder: string, cwd: string): Promise<string | undefined> {
  try {
    await (await opendir(resolve(cwd, folder))).close();
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return `there is no folder "${folder}"`;
    if (code === 'ENOTDIR') return `"${folder}" is not a folder`;
    if (code === 'EACCES' || code === 'EPERM') return `you may not read the folder "${folder}"`;
    return `the folder "${folder}" cannot be read: ${message}`;
  }
}

/**
 * The warning for a folder that holds more than a user may want to share; `undefined` for others.
 *
 * @param path absolute
 */
export function folderWarning(path: string): string | undefined {
  const what =
    path === parse(path).root ? 'the whole disk' : path === homeFolder() ? 'your home folder' : '';
  if (what === '') return undefined;
  return `Warning: ${path} is ${what}. Everyone who reaches this node can get all files in it that are not hidden.`;
}
