// The numbers of files and folders that a node shares, and the sum of the files' sizes.
import { stat } from 'node:fs/promises';
import type { Library } from '@peerlane/tcp-transfer';

/** What is shared in figures. */
export interface SharedTotals {
  /** Those in folders among them, also where several have one name, of which only one is got by it. */
  readonly files: number;
  /** In bytes; `undefined` if there are too many files to add up their sizes. */
  readonly bytes: number | undefined;
  /** How many folders can be got as a whole. */
  readonly folders: number;
}

/** How many sizes are read at a time. */
const maxConcurrentFiles = 16;

/** The most files whose sizes are added up. */
const maxFilesSummed = 10_000;

/** Counts the files and folders that are shared, and adds up the sizes of the files. */
export async function totalsOf(shared: Library['files']): Promise<SharedTotals> {
  const { fileCount: files, folderCount: folders } = shared;
  if (files > maxFilesSummed) return { files, bytes: undefined, folders };
  const paths = shared.filePaths();
  let bytes = 0;
  const addSizes = async (): Promise<void> => {
    for (const path of paths) {
      // One that vanishes meanwhile counts nothing.
      const status = await stat(path).catch(() => undefined);
      bytes += status?.size ?? 0;
    }
  };
  await Promise.all(Array.from({ length: maxConcurrentFiles }, addSizes));
  return { files, bytes, folders };
}
