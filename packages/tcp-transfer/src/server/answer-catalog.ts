import { encodeCatalogEntry, encodeTransferAnswer, ProtocolError } from '@peerlane/protocol';
import type { Outgoing } from '../connection/stream-writer.ts';
import type { ServedLibrary } from './open-library.ts';

/** How many names are looked at for a page, and how long it may be, in bytes. */
const [maxNames, maxBytes] = [500, 256 * 1024];

/** How many files are looked at together. */
const together = 4;

interface Page {
  readonly lines: readonly Uint8Array[];
  /** Where the next page begins, if there is one. */
  readonly cursor: string | undefined;
}

/**
 * Answers a request for a page of what is shared. A cursor is the last name of the page before it:
 * any text will do, and nothing is remembered.
 *
 * @see docs/protocol.md, "Catalog"
 */
export async function answerCatalog(
  after: string | undefined,
  connection: Outgoing,
  library: ServedLibrary,
): Promise<void> {
  const { lines, cursor } = await pageAfter(after, library);
  const data = Buffer.concat(lines);
  const line = encodeTransferAnswer({
    length: data.length,
    ...(cursor !== undefined && { cursor }),
  });
  await connection.write(line, line.length);
  if (data.length > 0) await connection.write(data);
}

/** A page with at least one line, unless it is the last. */
async function pageAfter(after: string | undefined, library: ServedLibrary): Promise<Page> {
  const lines: Uint8Array[] = [];
  let bytes = 0;
  let cursor = after;
  for (;;) {
    // One more, to know whether there is one.
    const found = await library.files.namesAfter(cursor, maxNames + 1);
    const names = found.slice(0, maxNames);
    for (let at = 0; at < names.length; at += together) {
      const group = names.slice(at, at + together);
      const read = await Promise.all(group.map((name) => lineOf(name, library)));
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

/** The line of the file with a name; `undefined` where there is none by now, or no line can tell it. */
async function lineOf(
  name: string,
  { files, manifests }: ServedLibrary,
): Promise<Uint8Array | undefined> {
  const file = await files.statusOf(name);
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
