// The catalog of the files that a peer shares: one line of JSON for each file.
import * as field from './fields.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { JsonLine, maxJsonLineBytes } from './json-line.ts';
import { LineBuffer } from './line-buffer.ts';
import { ProtocolError } from './protocol-error.ts';
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

/** How far from 1970 a `Date` can be, in milliseconds. */
const maxTime = 8.64e15;

const nothing = new Uint8Array();

const jsonLine = new JsonLine<CatalogEntry>({
  filename: field.text,
  size: field.byteCount,
  mtime: field.integer(-maxTime, maxTime),
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
 * Reads the data of one answer to a request for the catalog, from bytes that come in pieces of any
 * size. If one line is no entry, the whole answer is bad.
 *
 * It keeps the contract of {@link FrameDecoder}, except that `push` returns all entries whose lines
 * have become whole, and no `rest`.
 *
 * @see docs/protocol.md, "Catalog"
 */
export class CatalogDecoder {
  readonly #lines = new EntryDecoder();

  /** How many bytes of the line have come: of the last one, until the first byte of the next. */
  get received(): number {
    return this.#lines.received;
  }

  /**
   * Reads the next bytes, and returns the entries whose lines end in them.
   *
   * @throws ProtocolError `bad-answer` if a line is no entry or has more than 8192 bytes
   */
  push(bytes: Uint8Array): CatalogEntry[] {
    const entries: CatalogEntry[] = [];
    for (let next = this.#lines.push(bytes); next; next = this.#lines.push(next.rest)) {
      entries.push(next.entry);
    }
    return entries;
  }

  /**
   * To be called at the end of the data.
   *
   * @throws ProtocolError `bad-answer` if the last line was not whole, or the error that `push` threw
   */
  end(): void {
    this.push(nothing);
    if (this.#lines.unfinished) throw badEntry('expected a line feed at its end');
  }
}

interface DecodedEntry {
  readonly entry: CatalogEntry;
  readonly rest: Uint8Array;
}

class EntryDecoder extends FrameDecoder<DecodedEntry> {
  constructor() {
    super(new LineBuffer(maxJsonLineBytes, badEntry));
  }

  protected override decode(line: Uint8Array, rest: Uint8Array): DecodedEntry {
    const decoded = jsonLine.decode(line);
    if ('fault' in decoded) throw badEntry(decoded.fault);
    return { entry: decoded.value, rest };
  }
}

function badEntry(fault: string): ProtocolError {
  return new ProtocolError('bad-answer', `malformed line in a catalog: ${fault}`);
}
