// How many files a node shares, and how many bytes they are together.
import type { ServedFiles } from '@peerlane/tcp-transfer';

/** The shared files in figures. */
export interface SharedTotals {
  readonly files: number;
  /** In bytes; `undefined` where there are too many files to add up their sizes. */
  readonly bytes: number | undefined;
}

/** How many names are read at a time. */
const pageSize = 1000;

/** How many sizes are read at a time. */
const maxConcurrentFiles = 16;

/** The most files whose sizes are added up. */
const maxFilesSummed = 10_000;

/** Counts the files that are served, and adds up their sizes. */
export async function sizesOf(served: ServedFiles): Promise<SharedTotals> {
  const names: string[] = [];
  for (;;) {
    const page = await served.namesAfter(names.at(-1), pageSize);
    names.push(...page);
    if (page.length < pageSize) break;
  }
  if (names.length > maxFilesSummed) return { files: names.length, bytes: undefined };
  let bytes = 0;
  for (let at = 0; at < names.length; at += maxConcurrentFiles) {
    const group = names.slice(at, at + maxConcurrentFiles);
    const found = await Promise.all(group.map((name) => served.statusOf(name)));
    for (const file of found) bytes += file?.size ?? 0;
  }
  return { files: names.length, bytes };
}
