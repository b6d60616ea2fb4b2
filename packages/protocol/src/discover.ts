import { ProtocolError, excerpt } from './protocol-error.ts';
import { normalPeerAddress } from './peer-address.ts';
import { encodeText } from './text.ts';

/** `DISCOVER,ip1:port1,…`: the cluster as its sender knows it. */
export interface DiscoverMessage {
  readonly type: 'discover';
  /** `host:port`, each in its normal form. */
  readonly addresses: readonly string[];
}

/** The original peer reads datagrams into a buffer of this many bytes and loses what is beyond. */
const originalBufferSize = 2048;

/** @see docs/protocol.md, "DISCOVER" */
export function encodeDiscover({ addresses }: DiscoverMessage): string {
  for (const address of addresses) {
    if (normalPeerAddress(address) === undefined) {
      throw new ProtocolError(
        'not-encodable',
        `expected an address as host:port, such as 127.0.0.1:1378, got ${excerpt(address)}`,
      );
    }
  }
  return `DISCOVER,${addresses.join(',')}`;
}

/**
 * Reads the fields after `DISCOVER`. What is no address is left out: the original peer takes and
 * passes on any text.
 */
export function decodeDiscover(
  fields: string,
  datagram: { readonly size: number; readonly ended: boolean },
): DiscoverMessage {
  const candidates = fields.split(',');
  // A list that was cut on its way would end in half an address.
  if (!datagram.ended && datagram.size >= originalBufferSize) candidates.pop();
  const addresses: string[] = [];
  for (const candidate of candidates) {
    const address = normalPeerAddress(candidate.trim());
    if (address !== undefined) addresses.push(address);
  }
  return { type: 'discover', addresses };
}

/**
 * Cuts a long list of addresses into DISCOVER messages that each fit a datagram of `maxBytes`
 * bytes; an empty list is one message.
 *
 * @see docs/protocol.md, "DISCOVER"
 */
export function splitDiscover(
  addresses: readonly string[],
  { maxBytes = 1200 }: { readonly maxBytes?: number } = {},
): DiscoverMessage[] {
  const room = maxBytes - encodeText('DISCOVER\n').length;
  const parts: string[][] = [[]];
  let left = room;
  for (const address of addresses) {
    const size = encodeText(`,${address}`).length;
    if (size > room) {
      throw new ProtocolError(
        'not-encodable',
        `no datagram of ${maxBytes} bytes can carry ${excerpt(address)}`,
      );
    }
    if (size > left) {
      parts.push([]);
      left = room;
    }
    parts.at(-1)!.push(address);
    left -= size;
  }
  return parts.map((part) => ({ type: 'discover', addresses: part }));
}
