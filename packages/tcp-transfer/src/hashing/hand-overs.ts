// Cuts lists of files into parts that are handed over to one thread each.
import { maxPackBytes, type TreeFile } from '@peerlane/protocol';

/**
 * How many files a hand-over has: a thread does the work of the fewest while another could be woken; it is
 * kept from other work by the most.
 */
const files = { fewest: 64, most: 512 } as const;

/** No hand-over has more bytes of files, unless one file alone has. */
export const mostBytes: number = maxPackBytes;

/**
 * Where each part of a list begins and ends, so that all threads have some of it.
 *
 * @param threads how many there are
 */
export function* handOvers(
  all: readonly { readonly entry: Pick<TreeFile, 'size'> }[],
  threads: number,
): Generator<readonly [first: number, end: number], void> {
  const share = Math.ceil(all.length / threads);
  const most = Math.min(files.most, Math.max(files.fewest, share));
  let first = 0;
  let bytes = 0;
  for (const [index, { entry }] of all.entries()) {
    const isFull = index - first === most || bytes + entry.size > mostBytes;
    if (isFull && index > first) {
      yield [first, index];
      first = index;
      bytes = 0;
    }
    bytes += entry.size;
  }
  if (first < all.length) yield [first, all.length];
}
