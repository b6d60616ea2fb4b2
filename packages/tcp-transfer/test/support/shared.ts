// Shares files for one test, and reads what is shared.
import { onTestFinished } from 'vitest';
import { SharedFolder, type ServedFiles, type SharedFolderOptions } from '../../src/index.ts';

/** Shares a folder until the test ends. */
export async function share(path: string, options?: SharedFolderOptions): Promise<SharedFolder> {
  const folder = await SharedFolder.open(path, options);
  onTestFinished(() => folder.close());
  return folder;
}

/** Shares a folder that is not watched: its index goes on naming files that are gone. */
export function shareUnwatched(path: string): Promise<SharedFolder> {
  return share(path, { watch: () => ({ close: () => undefined }) });
}

/** The text of a shared file; `undefined` if there is none. */
export async function read(served: ServedFiles, name: string): Promise<string | undefined> {
  const file = await served.openFile(name);
  if (!file) return undefined;
  try {
    return await file.handle.readFile('utf8');
  } finally {
    await file.handle.close();
  }
}
