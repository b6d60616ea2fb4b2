// The second line of a datagram, which version 2 adds to a message of version 1.
import { maxJsonLineBytes, type JsonLine } from './json-line.ts';
import { newline } from './text.ts';

/** The fields that version 2 adds to a message: the second line of its datagram. */
export interface Extended<Extension> {
  readonly extension?: Extension;
  /**
   * Why the second line of a received datagram was dropped; safe to print. Ignored when a message is
   * encoded.
   */
  readonly extensionFault?: string;
}

const none: Extended<never> = {};

/**
 * Decodes what follows the first line of a datagram. A bad line is dropped, with a reason, and the
 * message counts as one of version 1.
 *
 * @param rest what follows the first line; `undefined` if nothing does
 * @see docs/protocol.md, "The extension line"
 */
export function decodeExtension<Extension extends object>(
  format: JsonLine<Extension>,
  rest: Uint8Array | undefined,
): Extended<Extension> {
  if (rest === undefined) return none;
  const end = rest.indexOf(newline);
  if (end === -1 && rest.length <= maxJsonLineBytes) {
    return { extensionFault: 'expected a line feed at its end' };
  }
  const decoded = format.decode(end === -1 ? rest : rest.subarray(0, end));
  return 'fault' in decoded ? { extensionFault: decoded.fault } : { extension: decoded.value };
}

/**
 * The text of a datagram: the first line, and the extension line if there is an extension.
 *
 * @throws ProtocolError `not-encodable`
 */
export function encodeLines<Extension extends object>(
  line: string,
  format: JsonLine<Extension>,
  extension: Extension | undefined,
): string {
  return extension === undefined ? `${line}\n` : `${line}\n${format.encode(extension)}\n`;
}
