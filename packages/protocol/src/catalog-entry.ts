// The catalog of the files that a peer shares: one line of JSON for each file.
import { EntriesDecoder } from './entries-decoder.ts';
import * as field from './fields.ts';
import { JsonLine } from './json-line.ts';
import { encodeText } from './text.ts';

/** One file in the catalog of a peer. */
export interface CatalogEntry {
  /** The name under which the file is shared. Data from the network: not safe to print. */
  readonly filename: string;
  /** The size of the file, in bytes. */
  readonly size: number;
  /** When the file was last changed, in milliseconds since 1970 (UTC): a time that `Date` can hold. */
  readonly mtime: number;
  /** The root of the file's manifest, if the peer knows it: 64 hex digits. */
  readonly root?: string;
}

/** The most data that one answer to a request for the catalog can have, in bytes. */
export const maxCatalogBytes: number = 1024 * 1024;

const jsonLine = new JsonLine<CatalogEntry>({
  filename: field.text,
  size: field.byteCount,
  mtime: field.time,
  root: field.optional(field.digest),
});

/**
 * Encodes one entry as its line, including the line feed.
 *
 * @throws ProtocolError `not-encodable`
 * @see docs/protocol.md, "Catalog"
 */
export function encodeCatalogEntry(entry: CatalogEntry): Uint8Array<ArrayBuffer> {
  return encodeText(`${jsonLine.encode(entry)}\n`);
}

/**
 * Reads the data of one answer to a request for the catalog, as {@link EntriesDecoder} does.
 *
 * @see docs/protocol.md, "Catalog"
 */
export class CatalogDecoder extends EntriesDecoder<CatalogEntry> {
  constructor() {
    super('a catalog', (line) => jsonLine.decode(line));
  }
}
