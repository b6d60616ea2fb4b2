// The numbers of files and folders that a node shares, and the sum of the files' sizes.
import type { ServedFiles } from '@peerlane/tcp-transfer';

/** What is shared in figures. */
export interface SharedTotals {
  readonly files: number;
  /** In bytes; `undefined` if there are too many files to add up their sizes. */
  readonly bytes: number | undefined;
  /** How many folders can be got as a whole. */
  readonly folders: number;
}

/** How many names are read at a time. */
const pageSize = 1000;

/** How many sizes are read at a time. */
const maxConcurrentFiles = 16;

/** The most files whose sizes are added up. */
const maxFilesSummed = 10_000;

/** Counts the files and folders that are served, and adds up the sizes of the files. */
export async function sizesOf(served: ServedFiles): Promise<SharedTotals> {
  const names = await allNames(served);
  const folders = served.folders ? (await allNames(served.folders)).length : 0;
  if (names.length > maxFilesSummed) return { files: names.length, bytes: undefined, folders };
  let bytes = 0;
  for (let at = 0; at < names.length; at += maxConcurrentFiles) {
    const group = names.slice(at, at + maxConcurrentFiles);
    const found = await Promise.all(group.map((name) => served.statusOf(name)));
    for (const file of found) bytes += file?.size ?? 0;
  }
  return { files: names.length, bytes, folders };
}

async function allNames(list: Pick<ServedFiles, 'namesAfter'>): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const page = await list.namesAfter(names.at(-1), pageSize);
    names.push(...page);
    if (page.length < pageSize) return names;
  }
}
