import { opendir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { parse, resolve } from 'node:path';

/** A path that begins with `~` begins with the home folder: no shell may have stood between. */
export function expandHome(path: string): string {
  return path.replace(/^~(?=$|[/\\])/, () => homedir());
}

/** What is wrong with a folder that somebody named; `undefined` where it can be read. */
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

/** What to think about before sharing a folder, given by its absolute path. */
export function folderWarning(path: string): string | undefined {
  const what =
    path === parse(path).root ? 'the whole disk' : path === homedir() ? 'your home folder' : '';
  if (what === '') return undefined;
  return `Warning: ${path} is ${what}. Everyone who reaches this node can get all files in it that are not hidden.`;
}
