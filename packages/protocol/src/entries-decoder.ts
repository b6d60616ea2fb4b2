// Reads the data of an answer that is one line of JSON for each entry, such as a catalog or a tree.
import { FrameDecoder } from './frame-decoder.ts';
import { maxJsonLineBytes, type JsonLineResult } from './json-line.ts';
import { LineBuffer } from './line-buffer.ts';
import { ProtocolError } from './protocol-error.ts';

const nothing = new Uint8Array();

/**
 * Reads the data of one answer of entries, from bytes that come in pieces of any size. If one line is no
 * entry, the whole answer is bad.
 *
 * It keeps the contract of {@link FrameDecoder}, except that `push` returns all entries whose lines
 * have become whole, and no `rest`.
 */
export class EntriesDecoder<Entry> {
  readonly #lines: EntryDecoder<Entry>;
  readonly #list: string;

  /**
   * @param list what the lines are the entries of, such as "a catalog"
   * @param decode reads one line
   */
  protected constructor(list: string, decode: (line: Uint8Array) => JsonLineResult<Entry>) {
    this.#list = list;
    this.#lines = new EntryDecoder(list, decode);
  }

  /** How many bytes of the line have come: of the last one, until the first byte of the next. */
  get received(): number {
    return this.#lines.received;
  }

  /**
   * Reads the next bytes, and returns the entries whose lines end in them.
   *
   * @throws ProtocolError `bad-answer` if a line is no entry or has more than 8192 bytes
   */
  push(bytes: Uint8Array): Entry[] {
    const entries: Entry[] = [];
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
    if (this.#lines.unfinished) throw badEntry(this.#list, 'expected a line feed at its end');
  }
}

interface DecodedEntry<Entry> {
  readonly entry: Entry;
  readonly rest: Uint8Array;
}

class EntryDecoder<Entry> extends FrameDecoder<DecodedEntry<Entry>> {
  readonly #list: string;
  readonly #decode: (line: Uint8Array) => JsonLineResult<Entry>;

  constructor(list: string, decode: (line: Uint8Array) => JsonLineResult<Entry>) {
    super(new LineBuffer(maxJsonLineBytes, (fault) => badEntry(list, fault)));
    this.#list = list;
    this.#decode = decode;
  }

  protected override decode(line: Uint8Array, rest: Uint8Array): DecodedEntry<Entry> {
    const decoded = this.#decode(line);
    if ('fault' in decoded) throw badEntry(this.#list, decoded.fault);
    return { entry: decoded.value, rest };
  }
}

function badEntry(list: string, fault: string): ProtocolError {
  return new ProtocolError('bad-answer', `malformed line in ${list}: ${fault}`);
}
