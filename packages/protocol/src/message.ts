import { decodeDiscover, encodeDiscover, type DiscoverMessage } from './discover.ts';
import { decodeFile, encodeFile, type FileMessage } from './file.ts';
import { decodeGet, encodeGet, type GetMessage } from './get.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';
import { blankBytesAhead, decodeText, encodeText, newline, trimBlanksAtEnd } from './text.ts';

/** A message of the UDP protocol. */
export type Message = DiscoverMessage | GetMessage | FileMessage;

/** The most bytes that a datagram of UDP over IPv4 can carry. */
export const maxDatagramBytes = 65_507;

/**
 * One message as the bytes of one datagram.
 *
 * @throws ProtocolError `not-encodable` for what the wire cannot carry: nothing is ever cut
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
 * The message in one datagram. Its first line is version 1's, its second line version 2's; what
 * follows is not looked at. Blanks and line feeds around all of it are ignored, as the original does,
 * and so a missing line feed at the end of the first line is forgiven.
 *
 * @throws ProtocolError `malformed-message`, and nothing else, whatever the bytes are
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
  switch (message.type) {
    case 'discover':
      return encodeDiscover(message);
    case 'get':
      return encodeGet(message);
    case 'file':
      return encodeFile(message);
  }
}
