import type { ServedFiles } from '@peerlane/tcp-transfer';

/** What is shared, in figures. */
export interface SharedTotals {
  readonly files: number;
  /** `undefined` where there are so many files that adding them up would take long. */
  readonly bytes: number | undefined;
}

const perPage = 1000;
const together = 16;

/** Up to so many files are looked at one by one. */
const maxLooked = 10_000;

/** Counts the files that are served, and adds up their sizes. */
export async function sizesOf(served: ServedFiles): Promise<SharedTotals> {
  const names: string[] = [];
  for (;;) {
    const page = await served.namesAfter(names.at(-1), perPage);
    names.push(...page);
    if (page.length < perPage) break;
  }
  if (names.length > maxLooked) return { files: names.length, bytes: undefined };
  let bytes = 0;
  for (let at = 0; at < names.length; at += together) {
    const group = names.slice(at, at + together);
    const found = await Promise.all(group.map((name) => served.statusOf(name)));
    for (const file of found) bytes += file?.size ?? 0;
  }
  return { files: names.length, bytes };
}
