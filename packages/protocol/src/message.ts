// All messages of UDP: one message is the bytes of one datagram.
import { decodeDiscover, encodeDiscover, type DiscoverMessage } from './discover.ts';
import { decodeFile, encodeFile, type FileMessage } from './file.ts';
import { decodeGet, encodeGet, type GetMessage } from './get.ts';
import { ProtocolError, excerpt, requireObject } from './protocol-error.ts';
import { decodeText, encodeText, newline } from './text.ts';

/** A message that is sent by UDP. */
export type Message = DiscoverMessage | GetMessage | FileMessage;

/** The most bytes that a UDP datagram can carry over IPv4. */
export const maxDatagramBytes = 65_507;

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
 * follows is ignored. The line feed at the end of the first line may be missing.
 *
 * @throws ProtocolError `malformed-message` if the bytes are no message
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
