import { decodeExtension, encodeLines, type Extended } from './extension.ts';
import { JsonLine } from './json-line.ts';
import { normalPeerAddress } from './peer-address.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';
import * as field from './fields.ts';
import { encodeText, trimBlanks } from './text.ts';

/** `DISCOVER,ip1:port1,…`: the cluster as its sender knows it. */
export interface DiscoverMessage extends Extended<DiscoverExtension> {
  readonly type: 'discover';
  /** `host:port`, each in its normal form. */
  readonly addresses: readonly string[];
}

/** What version 2 adds to a DISCOVER. */
export interface DiscoverExtension {
  /** The highest version that the sender speaks: 2 or more. */
  readonly v: number;
  /** Tells one start of one node from all others: 16 hex digits. */
  readonly id: string;
  /** The node's name for people: 1 to 64 characters. */
  readonly name?: string;
  /** How often the sender sends a DISCOVER, in milliseconds. */
  readonly period?: number;
  /** The TCP port from which the sender serves its files. */
  readonly tcp?: number;
  /** Asks the receiver to send these 16 hex digits back as `pong`. */
  readonly ping?: string;
  /** The `ping` that the receiver had sent. */
  readonly pong?: string;
  /** The sender is about to stop. */
  readonly leave?: true;
  /** The sender wants answers, but is no member. */
  readonly guest?: true;
}

const maxNameLength = 64;

const nodeName: field.Field<string> = {
  expected: `at most ${maxNameLength} characters and at least one, in well-formed Unicode`,
  accepts: (value): value is string =>
    field.text.accepts(value) && Array.from(value).length <= maxNameLength,
};

const extensionLine = new JsonLine<DiscoverExtension>({
  v: field.version,
  id: field.randomBits,
  name: field.optional(nodeName),
  period: field.optional(field.integer(1)),
  tcp: field.optional(field.port),
  ping: field.optional(field.randomBits),
  pong: field.optional(field.randomBits),
  leave: field.optional(field.flag),
  guest: field.optional(field.flag),
});

/** The original peer reads datagrams into a buffer of this many bytes and loses what is beyond. */
const originalBufferSize = 2048;

/** @see docs/protocol.md, "DISCOVER" */
export function encodeDiscover({ addresses, extension }: DiscoverMessage): string {
  const line = `DISCOVER,${normalAddresses(addresses).join(',')}`;
  return encodeLines(line, extensionLine, extension);
}

/**
 * Reads the fields after `DISCOVER`. What is no address is left out: the original peer takes and
 * passes on any text.
 */
export function decodeDiscover(
  fields: string,
  rest: Uint8Array | undefined,
  datagram: { readonly size: number; readonly ended: boolean },
): DiscoverMessage {
  const candidates = fields.split(',');
  // A list that was cut on its way would end in half an address.
  if (!datagram.ended && datagram.size >= originalBufferSize) candidates.pop();
  const addresses: string[] = [];
  for (const candidate of candidates) {
    const address = normalPeerAddress(trimBlanks(candidate));
    if (address !== undefined) addresses.push(address);
  }
  return { type: 'discover', addresses, ...decodeExtension(extensionLine, rest) };
}

/** What each message of {@link splitDiscover} has to be. */
export interface SplitDiscoverOptions {
  /**
   * The most bytes of a datagram, the extension line included.
   * @default 1200
   */
  readonly maxBytes?: number;
  /** Goes on every message. */
  readonly extension?: DiscoverExtension | undefined;
}

/**
 * Cuts a long list of addresses into DISCOVER messages that each fit a datagram of `maxBytes`
 * bytes; an empty list is one message.
 *
 * @throws ProtocolError `not-encodable` where `maxBytes` is too few for an address or the extension
 * @see docs/protocol.md, "DISCOVER"
 */
export function splitDiscover(
  addresses: readonly string[],
  { maxBytes = 1200, extension }: SplitDiscoverOptions = {},
): DiscoverMessage[] {
  const extended = extension === undefined ? {} : { extension };
  const messageOf = (part: readonly string[]): DiscoverMessage => ({
    type: 'discover',
    addresses: part,
    ...extended,
  });
  const bare = encodeText(encodeDiscover(messageOf([]))).length;
  if (bare > maxBytes) throw tooSmall(maxBytes, 'a DISCOVER');
  // Each address comes with a comma, but for the first one, whose comma is there already.
  const room = maxBytes - bare + 1;
  const parts: string[][] = [[]];
  let left = room;
  for (const address of normalAddresses(addresses)) {
    const size = address.length + 1;
    if (size > room) throw tooSmall(maxBytes, excerpt(address));
    if (size > left) {
      parts.push([]);
      left = room;
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
  return Array.from(addresses, requireAddress);
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
