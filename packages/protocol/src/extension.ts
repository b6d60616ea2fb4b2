import { maxJsonLineBytes, type JsonLine } from './json-line.ts';
import { newline } from './text.ts';

/** What a message of version 2 has beside its fields: the second line of its datagram. */
export interface Extended<Extension> {
  readonly extension?: Extension;
  /**
   * Why the second line of a received datagram was dropped; safe to print. Not looked at when a
   * message is encoded.
   */
  readonly extensionFault?: string;
}

/**
 * Reads what follows the first line of a datagram. A line that is not as it should be is dropped
 * with a reason, and the version 1 part of the message counts.
 *
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

const none: Extended<never> = {};

/**
 * The text of a datagram: the first line, and the extension line where there is one.
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
