import { opendir } from 'node:fs/promises';
import { resolve } from 'node:path';

/** What is wrong with a folder that somebody named; `undefined` where it can be read. */
export async function folderFault(folder: string, cwd: string): Promise<string | undefined> {
  try {
    await (await opendir(resolve(cwd, folder))).close();
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return `there is no folder "${folder}"`;
    if (code === 'ENOTDIR') return `"${folder}" is not a folder`;
    return `the folder "${folder}" cannot be read: ${message}`;
  }
}
