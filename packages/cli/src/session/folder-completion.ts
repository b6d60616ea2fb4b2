// Completion by Tab of the folder that a session asks for.
import { readdir, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { visibleText } from '@peerlane/protocol';
import { expandHome } from '../files/folder-path.ts';
import { readTypedPath, typedRest, type TypedPath } from '../text/typed-path.ts';
import type { Complete } from './dialogue.ts';

/** Completes the path of a folder, as it is or in the quotes and with the backslashes that were typed. */
export function folderCompletion(cwd: string): Complete {
  return async (line) => {
    const typed = line.trimStart();
    // A name may hold quotes and backslashes itself.
    const plain: TypedPath = { path: typed, quote: '', isEscaped: false };
    for (const read of [plain, readTypedPath(typed)]) {
      const rests = await restsOf(read.path, cwd);
      if (rests.length > 0) return [rests.map((rest) => typed + typedRest(rest, read)), typed];
    }
    return [[], typed];
  };
}

/** What may follow a path that was begun, so that it is the path of a folder. */
async function restsOf(path: string, cwd: string): Promise<string[]> {
  if (path === '~') return [sep];
  const start = Math.max(path.lastIndexOf('/'), path.lastIndexOf(sep)) + 1;
  const folder = resolve(cwd, expandHome(path.slice(0, start)));
  const begun = path.slice(start);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const fitting = entries.filter(
    ({ name }) =>
      name.startsWith(begun) &&
      // A name that cannot be shown as it is cannot be typed either.
      visibleText(name) === name &&
      (begun !== '' || !name.startsWith('.')),
  );
  const areFolders = await Promise.all(
    fitting.map(async (entry) => {
      if (!entry.isSymbolicLink()) return entry.isDirectory();
      const target = await stat(resolve(folder, entry.name)).catch(() => undefined);
      return target?.isDirectory() === true;
    }),
  );
  return fitting
    .filter((_entry, index) => areFolders[index])
    .map(({ name }) => name.slice(begun.length) + sep)
    .sort();
}
