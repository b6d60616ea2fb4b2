// Answers a request for a page of the catalog: the names, sizes, times and roots of served files.
import {
  encodeCatalogEntry,
  encodeTransferAnswer,
  ProtocolError,
  type TransferRequestV2,
} from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';
import { nameMatcher, type NameMatcher } from '../names/name-matcher.ts';
import type { ServedLibrary } from './open-library.ts';

/**
 * How many names are read for a page at a time: looking a file up costs some 60 µs, and a request must
 * not cost much more than one for data.
 */
const maxNames = 100;

/** How long a page may be, in bytes. */
const maxBytes = 256 * 1024;

/** How many files are looked up at the same time. */
const maxParallel = 4;

/** The part of a catalog that is asked for: after a name, and only names with a text in them. */
type Wanted = Pick<TransferRequestV2, 'cursor' | 'match'>;

interface Page {
  readonly lines: readonly Uint8Array[];
  /** The name after which the next page begins; `undefined` on the last page. */
  readonly cursor: string | undefined;
}

/**
 * Answers a request for a page of the catalog. A cursor is the last name of the page before it: any
 * text is valid, and the server remembers nothing between two pages.
 *
 * @throws Error if the connection fails
 * @see docs/protocol.md, "Catalog"
 */
export async function answerCatalog(
  wanted: Wanted,
  connection: StreamWriter,
  library: ServedLibrary,
): Promise<void> {
  const { lines, cursor } = await pageAfter(wanted, library);
  const data = Buffer.concat(lines);
  const line = encodeTransferAnswer({
    length: data.length,
    ...(cursor !== undefined && { cursor }),
  });
  await connection.write(line, line.length);
  if (data.length > 0) await connection.write(data);
}

/** Makes a page, which has at least one line unless it is the last. */
async function pageAfter({ cursor: after, match }: Wanted, library: ServedLibrary): Promise<Page> {
  const lines: Uint8Array[] = [];
  let bytes = 0;
  let cursor = after;
  const isWanted = nameMatcher(match);
  for (;;) {
    // One name more shows whether another page follows.
    const found = await library.files.namesAfter(cursor, maxNames + 1, match);
    const names = found.slice(0, maxNames);
    for (let at = 0; at < names.length; at += maxParallel) {
      const group = names.slice(at, at + maxParallel);
      const read = await Promise.all(group.map((name) => lineOf(name, isWanted, library)));
      for (const [index, line] of read.entries()) {
        bytes += line?.length ?? 0;
        if (bytes > maxBytes) return { lines, cursor };
        if (line) lines.push(line);
        cursor = group[index];
      }
    }
    if (found.length === names.length) return { lines, cursor: undefined };
    if (lines.length > 0) return { lines, cursor };
  }
}

/** The line of the file with a name; `undefined` if it does not match, the file is gone, or no line can hold its name. */
async function lineOf(
  name: string,
  isWanted: NameMatcher,
  { files, manifests }: ServedLibrary,
): Promise<Uint8Array | undefined> {
  const file = isWanted(name) ? await files.statusOf(name) : undefined;
  if (!file) return undefined;
  const root = manifests?.known(file)?.root;
  try {
    return encodeCatalogEntry({
      filename: file.filename,
      size: file.size,
      mtime: Number(file.identity.mtimeNs / 1_000_000n),
      ...(root !== undefined && { root }),
    });
  } catch (error) {
    if (ProtocolError.is(error)) return undefined;
    throw error;
  }
}
