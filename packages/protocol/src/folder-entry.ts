// The list of the folders that a peer shares: one line of JSON for each folder.
import { EntriesDecoder } from './entries-decoder.ts';
import * as field from './fields.ts';
import { JsonLine } from './json-line.ts';
import { encodeText } from './text.ts';

/** One folder that a peer shares. */
export interface SharedFolderEntry {
  /** Its path below what is shared, with `/`. Data from the network: not safe to print. */
  readonly filename: string;
  /** How many files are below it, if the peer says so. */
  readonly files?: number;
}

const jsonLine = new JsonLine<SharedFolderEntry>({
  filename: field.text,
  files: field.optional(field.byteCount),
});

/**
 * Encodes one folder as its line, including the line feed.
 *
 * @throws ProtocolError `not-encodable`
 * @see docs/protocol.md, "Folders"
 */
export function encodeFolderEntry(entry: SharedFolderEntry): Uint8Array<ArrayBuffer> {
  return encodeText(`${jsonLine.encode(entry)}\n`);
}

/**
 * Reads the data of one answer to a request for folders, as {@link EntriesDecoder} does.
 *
 * @see docs/protocol.md, "Folders"
 */
export class FoldersDecoder extends EntriesDecoder<SharedFolderEntry> {
  constructor() {
    super('a list of folders', (line) => jsonLine.decode(line));
  }
}
