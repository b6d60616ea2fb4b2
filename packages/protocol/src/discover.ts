// The message DISCOVER: its first line, its extension line, and how a long list is split.
import { maxListBytes } from './datagram.ts';
import { decodeExtension, encodeLines, type Extended } from './extension.ts';
import * as field from './fields.ts';
import { JsonLine } from './json-line.ts';
import { normalPeerAddress } from './peer-address.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';
import { encodeText, trimBlanks } from './text.ts';

/** `DISCOVER,ip1:port1,…`: the cluster as the sender knows it. */
export interface DiscoverMessage extends Extended<DiscoverExtension> {
  readonly type: 'discover';
  /** Each is `host:port`, in its normal form. */
  readonly addresses: readonly string[];
}

/** The fields that version 2 adds to a DISCOVER. */
export interface DiscoverExtension {
  /** The highest version that the sender speaks: 2 or more. */
  readonly v: number;
  /** Identifies one run of one node: 16 hex digits. */
  readonly id: string;
  /** The name that its user gave the node: 1 to 64 characters. Not safe to print. */
  readonly name?: string;
  /** How often the sender sends a DISCOVER, in milliseconds. */
  readonly period?: number;
  /** The TCP port of the sender's file server. */
  readonly tcp?: number;
  /** 16 hex digits that the receiver is asked to return as `pong`. */
  readonly ping?: string;
  /** The `ping` that the receiver has sent. */
  readonly pong?: string;
  /** The sender is about to stop. */
  readonly leave?: true;
  /** The sender wants answers, but does not become a member. */
  readonly guest?: true;
}

const extensionLine = new JsonLine<DiscoverExtension>({
  v: field.version,
  id: field.randomBits,
  name: field.optional(field.nodeName),
  period: field.optional(field.integer(1)),
  tcp: field.optional(field.port),
  ping: field.optional(field.randomBits),
  pong: field.optional(field.randomBits),
  leave: field.optional(field.flag),
  guest: field.optional(field.flag),
});

/** How many bytes of a datagram the original peer reads; it loses the rest. */
const originalBufferSize = 2048;

/**
 * The text of a DISCOVER.
 *
 * @throws ProtocolError `not-encodable` if an address or the extension is bad
 * @see docs/protocol.md, "DISCOVER"
 */
export function encodeDiscover({ addresses, extension }: DiscoverMessage): string {
  const line = `DISCOVER,${normalAddresses(addresses).join(',')}`;
  return encodeLines(line, extensionLine, extension);
}

/**
 * Decodes a DISCOVER. Fields that are no address are left out, because the original peer passes on
 * any text.
 *
 * @param fields the first line after the comma
 * @param rest what follows the first line
 * @param datagram its size in bytes, and whether its first line ended in a line feed
 * @see docs/protocol.md, "DISCOVER"
 */
export function decodeDiscover(
  fields: string,
  rest: Uint8Array | undefined,
  datagram: { readonly size: number; readonly ended: boolean },
): DiscoverMessage {
  const candidates = fields.split(',');
  // The last address of a list that was cut on its way may be half an address.
  if (!datagram.ended && datagram.size >= originalBufferSize) candidates.pop();
  const addresses: string[] = [];
  for (const candidate of candidates) {
    const address = normalPeerAddress(trimBlanks(candidate));
    if (address !== undefined) addresses.push(address);
  }
  return { type: 'discover', addresses, ...decodeExtension(extensionLine, rest) };
}

/** Options of {@link splitDiscover}. */
export interface SplitDiscoverOptions {
  /**
   * The most bytes of a datagram, including the extension line.
   * @default 1200
   */
  readonly maxBytes?: number;
  /** Is added to every message. */
  readonly extension?: DiscoverExtension | undefined;
}

/**
 * Splits a list of addresses into DISCOVER messages of at most `maxBytes` bytes each. An empty list
 * becomes one message.
 *
 * @param addresses each as `host:port`
 * @throws ProtocolError `not-encodable` if an address or the extension is bad, or if `maxBytes` is
 * too small for one of them
 * @see docs/protocol.md, "DISCOVER"
 */
export function splitDiscover(
  addresses: readonly string[],
  { maxBytes = maxListBytes, extension }: SplitDiscoverOptions = {},
): DiscoverMessage[] {
  const extended = extension === undefined ? {} : { extension };
  const messageOf = (part: readonly string[]): DiscoverMessage => ({
    type: 'discover',
    addresses: part,
    ...extended,
  });
  const bare = encodeText(encodeDiscover(messageOf([]))).length;
  if (bare > maxBytes) throw tooSmall(maxBytes, 'a DISCOVER');
  // Each address needs a comma, except for the first one: its comma is already there.
  const capacity = maxBytes - bare + 1;
  const parts: string[][] = [[]];
  let left = capacity;
  for (const address of normalAddresses(addresses)) {
    const size = address.length + 1;
    if (size > capacity) throw tooSmall(maxBytes, excerpt(address));
    if (size > left) {
      parts.push([]);
      left = capacity;
    }
    parts.at(-1)!.push(address);
    left -= size;
  }
  return parts.map(messageOf);
}

/** The normal forms of addresses, which are ASCII. */
function normalAddresses(addresses: readonly string[]): string[] {
  if (!Array.isArray(addresses)) {
    throw new ProtocolError(
      'not-encodable',
      `expected a list of addresses, got ${excerpt(addresses)}`,
    );
  }
  const normal: string[] = [];
  // A loop does not skip the holes that an array can have.
  for (const address of addresses) normal.push(requireAddress(address));
  return normal;
}

function requireAddress(address: unknown): string {
  const normal = typeof address === 'string' ? normalPeerAddress(address) : undefined;
  if (normal === undefined) {
    throw new ProtocolError(
      'not-encodable',
      `expected an address as host:port, such as 127.0.0.1:1378, got ${excerpt(address)}`,
    );
  }
  return normal;
}

function tooSmall(maxBytes: number, what: string): ProtocolError {
  return new ProtocolError('not-encodable', `no datagram of ${maxBytes} bytes can carry ${what}`);
}
