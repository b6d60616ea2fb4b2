// All messages of UDP: one message is the bytes of one datagram.
import { maxDatagramBytes } from './datagram.ts';
import { decodeDiscover, encodeDiscover, type DiscoverMessage } from './discover.ts';
import { decodeFile, encodeFile, type FileMessage } from './file.ts';
import { decodeGet, encodeGet, type GetMessage } from './get.ts';
import { ProtocolError, excerpt, requireObject } from './protocol-error.ts';
import { blankBytesAhead, decodeText, encodeText, newline, trimBlanksAtEnd } from './text.ts';

/** A message that is sent by UDP. */
export type Message = DiscoverMessage | GetMessage | FileMessage;

/**
 * Encodes a message as the bytes of one datagram.
 *
 * @throws ProtocolError `not-encodable` if the wire cannot carry the message; nothing is ever cut
 * @see docs/protocol.md, "UDP"
 */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  const datagram = encodeText(textOf(message));
  if (datagram.length > maxDatagramBytes) {
    throw new ProtocolError(
      'not-encodable',
      `expected a message of at most ${maxDatagramBytes} bytes, got ${datagram.length}`,
    );
  }
  return datagram;
}

/**
 * Decodes the message in one datagram: version 1 in the first line, version 2 in the second. What
 * follows is ignored. Blanks around the whole are ignored, as the original does, so the line feed at
 * the end of the first line may be missing.
 *
 * @throws ProtocolError `malformed-message` if the bytes are no message
 * @see docs/protocol.md, "UDP"
 */
export function decodeMessage(datagram: Uint8Array): Message {
  const bytes = datagram.subarray(blankBytesAhead(datagram));
  const end = bytes.indexOf(newline);
  const ended = end !== -1;
  const text = decodeText(ended ? bytes.subarray(0, end) : bytes);
  if (text === undefined) throw new ProtocolError('malformed-message', 'expected UTF-8 text');
  const behind = ended ? bytes.subarray(end + 1) : none;
  const isLast = blankBytesAhead(behind) === behind.length;
  // Ahead of a second line, a blank is not at the end of the datagram: it belongs to the name.
  const line = isLast ? trimBlanksAtEnd(text) : text;
  const rest = isLast ? undefined : behind;
  const comma = line.indexOf(',');
  const type = comma === -1 ? line : line.slice(0, comma);
  const fields = comma === -1 ? undefined : line.slice(comma + 1);
  switch (type) {
    case 'DISCOVER':
      return decodeDiscover(fields ?? '', rest, { size: datagram.length, ended });
    case 'Get':
      return decodeGet(fields, rest);
    case 'File':
      return decodeFile(fields, rest);
    default:
      throw new ProtocolError(
        'malformed-message',
        `expected DISCOVER, Get or File, got ${excerpt(line)}`,
      );
  }
}

const none = new Uint8Array();

function textOf(message: Message): string {
  requireObject(message, 'a message');
  switch (message.type) {
    case 'discover':
      return encodeDiscover(message);
    case 'get':
      return encodeGet(message);
    case 'file':
      return encodeFile(message);
    default: {
      const { type } = message as { readonly type?: unknown };
      throw new ProtocolError(
        'not-encodable',
        `expected a message of the type discover, get or file, got ${excerpt(type)}`,
      );
    }
  }
}
