// How large a datagram may be, which `encodeMessage` and `splitDiscover` keep, and how it begins.

/**
 * The most bytes of a datagram: a list of 700 members in one datagram of version 1 fits. A longer one is not
 * encoded, and a receiver drops it unread, for reading it would take milliseconds.
 */
export const maxDatagramBytes = 16_384;

/**
 * The most bytes of a datagram with a list of members, so that no network fragments it. In a sealed
 * cluster this is its length when it is sealed.
 *
 * @see docs/protocol.md, "Membership"
 */
export const maxListBytes = 1200;

/** The first byte of a sealed datagram, and the bytes that one has at least. */
const sealed = { firstByte: 1, leastBytes: 45 } as const;

/** How a message begins. */
const keywords = ['DISCOVER', 'Get,', 'File,'].map((keyword) => new TextEncoder().encode(keyword));

/**
 * How a datagram begins: as a message of an open cluster, as a sealed one, or as neither. The rest of it
 * is not looked at: it may be malformed, or forged.
 *
 * @see docs/protocol.md, "Sealed clusters"
 */
export function datagramForm(datagram: Uint8Array): 'open' | 'sealed' | undefined {
  if (datagram[0] === sealed.firstByte && datagram.length >= sealed.leastBytes) return 'sealed';
  const isOpen = keywords.some((keyword) => keyword.every((byte, at) => datagram[at] === byte));
  return isOpen ? 'open' : undefined;
}
