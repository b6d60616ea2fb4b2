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
  const { count, names } = await namesIn(served, maxFilesSummed);
  const folders = served.folders ? (await namesIn(served.folders, 0)).count : 0;
  if (count > names.length) return { files: count, bytes: undefined, folders };
  let bytes = 0;
  for (let at = 0; at < names.length; at += maxConcurrentFiles) {
    const group = names.slice(at, at + maxConcurrentFiles);
    const found = await Promise.all(group.map((name) => served.statusOf(name)));
    for (const file of found) bytes += file?.size ?? 0;
  }
  return { files: count, bytes, folders };
}

/** How many names there are, and all of them if there are at most `most`: a million take 50 MB. */
async function namesIn(
  list: Pick<ServedFiles, 'namesAfter'>,
  most: number,
): Promise<{ readonly count: number; readonly names: readonly string[] }> {
  let names: string[] = [];
  let count = 0;
  let last: string | undefined;
  for (;;) {
    const page = await list.namesAfter(last, pageSize);
    count += page.length;
    last = page.at(-1);
    if (count > most) names = [];
    else names.push(...page);
    if (page.length < pageSize) return { count, names };
  }
}
