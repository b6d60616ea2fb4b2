import { decodeDiscover, encodeDiscover, type DiscoverMessage } from './discover.ts';
import { decodeFile, encodeFile, type FileMessage } from './file.ts';
import { decodeGet, encodeGet, type GetMessage } from './get.ts';
import { ProtocolError, excerpt, requireObject } from './protocol-error.ts';
import { decodeText, encodeText, newline } from './text.ts';

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
 * follows is not looked at. A missing line feed at the end of the first line is forgiven.
 *
 * @throws ProtocolError `malformed-message`, and nothing else, whatever the bytes are
 * @see docs/protocol.md, "UDP"
 */
export function decodeMessage(datagram: Uint8Array): Message {
  const end = datagram.indexOf(newline);
  const ended = end !== -1;
  const line = decodeText(ended ? datagram.subarray(0, end) : datagram);
  if (line === undefined) throw new ProtocolError('malformed-message', 'expected UTF-8 text');
  const rest = ended && end + 1 < datagram.length ? datagram.subarray(end + 1) : undefined;
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
