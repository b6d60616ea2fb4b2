// How large a datagram may be: `encodeMessage` and `splitDiscover` keep these limits.

/** The most bytes that a UDP datagram can carry over IPv4. */
export const maxDatagramBytes = 65_507;

/**
 * The most bytes of a datagram with a list of members, so that no network fragments it.
 *
 * @see docs/protocol.md, "Membership"
 */
export const maxListBytes = 1200;
