// Answers a request for a page of a list whose entries have names: the catalog, and the list of folders.
import { encodeTransferAnswer, type TransferRequestV2 } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';
import { nameMatcher } from '../names/name-matcher.ts';
import { encodable } from '../folders/line-length.ts';

/**
 * How many names are read for a page at a time: looking a file up costs some 60 µs, and a request must
 * not cost much more than one for data.
 */
const maxNames = 100;

/** How long a page may be, in bytes. */
export const maxPageBytes: number = 256 * 1024;

/** How many entries are looked up at the same time. */
const maxParallel = 4;

/** The part of a list that is asked for: after a name, and only names with a text in them. */
type Wanted = Pick<TransferRequestV2, 'cursor' | 'match'>;

/** A list in the order of its names. */
export interface NamedList {
  /** The first names after `after`, or from the beginning; with `match` at least those that contain it. */
  namesAfter(after: string | undefined, count: number, match?: string): Promise<readonly string[]>;
  /** The part of a name that `match` counts for. */
  matched(name: string): string;
  /** The line of an entry; `undefined` if it is gone. Throws a ProtocolError if no line can hold it. */
  lineOf(name: string): Promise<Uint8Array | undefined>;
}

/** A page of a list. */
export interface Page {
  /** Its lines. */
  readonly data: Uint8Array;
  /** The place after which the next page begins; `undefined` on the last page. */
  readonly cursor: string | undefined;
}

/**
 * Answers a request for a page of a list. A cursor is the last name of the page before it: any text is
 * valid, and the server remembers nothing between two pages.
 *
 * @throws Error if the connection fails
 * @see docs/protocol.md, "Catalog"
 */
export async function answerList(
  wanted: Wanted,
  list: NamedList,
  connection: StreamWriter,
): Promise<void> {
  await sendPage(await pageAfter(wanted, list), connection);
}

/** Sends a page, and with it the name of what is listed, if that is given. */
export async function sendPage(
  { data, cursor }: Page,
  connection: StreamWriter,
  filename?: string,
): Promise<void> {
  const line = encodeTransferAnswer({
    length: data.length,
    ...(filename !== undefined && { filename }),
    ...(cursor !== undefined && { cursor }),
  });
  await connection.write(line, line.length);
  if (data.length > 0) await connection.write(data);
}

/** Makes a page, which has at least one line unless it is the last. */
async function pageAfter({ cursor: after, match }: Wanted, list: NamedList): Promise<Page> {
  const lines: Uint8Array[] = [];
  let bytes = 0;
  /** Where to read on, and the last name that a client has seen, and so can return. */
  let [position, cursor] = [after, after];
  const isMatch = nameMatcher(match);
  const lineOf = async (name: string): Promise<Uint8Array | undefined> =>
    isMatch(list.matched(name)) ? await encodable(list.lineOf(name)) : undefined;
  for (;;) {
    // One name more shows whether another page follows.
    const found = await list.namesAfter(position, maxNames + 1, match);
    const names = found.slice(0, maxNames);
    for (let at = 0; at < names.length; at += maxParallel) {
      const group = names.slice(at, at + maxParallel);
      const read = await Promise.all(group.map(lineOf));
      for (const [index, line] of read.entries()) {
        if (!line) continue;
        bytes += line.length;
        if (bytes > maxPageBytes) return { data: Buffer.concat(lines), cursor };
        lines.push(line);
        cursor = group[index];
      }
    }
    if (found.length === names.length) return { data: Buffer.concat(lines), cursor: undefined };
    if (lines.length > 0) return { data: Buffer.concat(lines), cursor };
    position = names.at(-1);
  }
}
