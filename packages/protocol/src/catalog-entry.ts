import { JsonLine, maxJsonLineBytes } from './json-line.ts';
import { ProtocolError } from './protocol-error.ts';
import * as field from './fields.ts';
import { encodeText, newline } from './text.ts';

/** A file in the list of those that a peer shares. */
export interface CatalogEntry {
  /** The name under which the file is shared. Data from the network: not safe to print. */
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  /** When the file was last changed, in milliseconds since 1970 began: a time that `Date` knows. */
  readonly mtime: number;
  /** The root of the file's manifest, where the peer knows it: 64 hex digits. */
  readonly root?: string;
}

/** The most data of one answer to a request for the catalog, in bytes. */
export const maxCatalogBytes: number = 1024 * 1024;

/** The furthest from 1970 that a `Date` goes, in milliseconds. */
const furthest = 8.64e15;

const jsonLine = new JsonLine<CatalogEntry>({
  filename: field.text,
  size: field.byteCount,
  mtime: field.integer(-furthest, furthest),
  root: field.optional(field.digest),
});

/**
 * The line of one file, with its line feed.
 *
 * @throws ProtocolError `not-encodable`
 * @see docs/protocol.md, "Catalog"
 */
export function encodeCatalogEntry(entry: CatalogEntry): Uint8Array<ArrayBuffer> {
  return encodeText(`${jsonLine.encode(entry)}\n`);
}

/**
 * Reads the data of one answer to a request for the catalog, in whatever pieces it comes. A line that
 * is no entry makes all of the answer bad.
 *
 * @see docs/protocol.md, "Catalog"
 */
export class CatalogDecoder {
  readonly #line = new Uint8Array(maxJsonLineBytes);
  #filled = 0;

  /**
   * Takes the next bytes, and returns the entries whose lines they end.
   *
   * @throws ProtocolError `bad-answer`: no entry, or a line of more than 8192 bytes
   */
  push(bytes: Uint8Array): CatalogEntry[] {
    const entries: CatalogEntry[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      this.#take(bytes.subarray(start, end));
      entries.push(decodeLine(this.#line.subarray(0, this.#filled)));
      this.#filled = 0;
      start = end + 1;
    }
    this.#take(bytes.subarray(start));
    return entries;
  }

  /**
   * To be called where the data ends.
   *
   * @throws ProtocolError `bad-answer`: its last line was not whole
   */
  end(): void {
    if (this.#filled > 0) throw badEntry('expected a line feed at its end');
  }

  #take(part: Uint8Array): void {
    if (this.#filled + part.length > maxJsonLineBytes)
      throw badEntry(`expected a line of at most ${maxJsonLineBytes} bytes`);
    this.#line.set(part, this.#filled);
    this.#filled += part.length;
  }
}

function decodeLine(line: Uint8Array): CatalogEntry {
  const decoded = jsonLine.decode(line);
  if ('fault' in decoded) throw badEntry(decoded.fault);
  return decoded.value;
}

function badEntry(fault: string): ProtocolError {
  return new ProtocolError('bad-answer', `a line of a catalog has a fault: ${fault}`);
}
