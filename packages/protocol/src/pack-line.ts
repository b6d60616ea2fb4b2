// A pack: many small files of a folder in one answer, each a line of JSON followed by its content.
import * as field from './fields.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { JsonLine, maxJsonLineBytes } from './json-line.ts';
import { LineBuffer } from './line-buffer.ts';
import { ProtocolError } from './protocol-error.ts';
import { encodeText } from './text.ts';

/** The line ahead of one file in a pack: how many bytes follow, or why none do. */
export type PackLine =
  | { readonly size: number }
  | {
      /** `not-found`, `changed`, `later`, or a code of a later version. Not safe to print. */
      readonly error: string;
    };

/** The largest file that is sent in a pack, and the most that is sent of all files in one, in bytes. */
export const maxPackBytes: number = 4 * 1024 * 1024;

interface Line {
  readonly size?: number;
  readonly error?: string;
}

const jsonLine = new JsonLine<Line>({
  size: field.optional(field.integer(0, maxPackBytes)),
  error: field.optional(field.text),
});

/**
 * Encodes the line ahead of a file, including the line feed.
 *
 * @throws ProtocolError `not-encodable`
 * @see docs/protocol.md, "Pack"
 */
export function encodePackLine(line: PackLine): Uint8Array<ArrayBuffer> {
  const text = jsonLine.encode(line);
  if ('size' in line === 'error' in line)
    throw new ProtocolError('not-encodable', 'expected either a size or an error');
  return encodeText(`${text}\n`);
}

/** The line ahead of a file, and the bytes that came after it. */
export interface DecodedPackLine {
  readonly line: PackLine;
  readonly rest: Uint8Array;
}

/**
 * Reads the lines of a pack, see {@link FrameDecoder}: the caller takes the content of a file off `rest`
 * before it pushes what follows. `push` throws a ProtocolError `bad-answer`.
 *
 * @see docs/protocol.md, "Pack"
 */
export class PackLineDecoder extends FrameDecoder<DecodedPackLine> {
  constructor() {
    super(new LineBuffer(maxJsonLineBytes, badLine));
  }

  protected override decode(line: Uint8Array, rest: Uint8Array): DecodedPackLine {
    const plain = plainSize(line);
    if (plain !== undefined) return { line: { size: plain }, rest };
    const decoded = jsonLine.decode(line);
    if ('fault' in decoded) throw badLine(decoded.fault);
    const { size, error } = decoded.value;
    if (error !== undefined) return { line: { error }, rest };
    if (size === undefined) throw badLine('expected a size or an error');
    return { line: { size }, rest };
  }
}

const [beforeSize, afterSize, digitZero] = [encodeText('{"size":'), 0x7d, 0x30];

/** The size in a line that says just this, as nearly all do: to read JSON takes longer than the small file. */
function plainSize(line: Uint8Array): number | undefined {
  const end = line.length - 1;
  const first = beforeSize.length;
  if (end <= first || line[end] !== afterSize || (line[first] === digitZero && end > first + 1))
    return undefined;
  for (let at = 0; at < first; at += 1) if (line[at] !== beforeSize[at]) return undefined;
  let size = 0;
  for (let at = first; at < end; at += 1) {
    const digit = line[at]! - digitZero;
    if (digit < 0 || digit > 9) return undefined;
    size = 10 * size + digit;
  }
  return size <= maxPackBytes ? size : undefined;
}

function badLine(fault: string): ProtocolError {
  return new ProtocolError('bad-answer', `malformed line in a pack: ${fault}`);
}
