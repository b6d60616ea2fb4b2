// How large a datagram may be: `encodeMessage` and `splitDiscover` keep these limits.

/**
 * The most bytes of a datagram: a list of 700 members in one datagram of version 1 fits. A longer one is not
 * encoded, and a receiver drops it unread, for reading it would take milliseconds.
 */
export const maxDatagramBytes = 16_384;

/**
 * The most bytes of a datagram with a list of members, so that no network fragments it.
 *
 * @see docs/protocol.md, "Membership"
 */
export const maxListBytes = 1200;
