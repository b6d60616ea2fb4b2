// Where the parts of a sealed datagram stand, in bytes.

/** The first byte of each sealed datagram. No message of an open cluster begins with it. */
export const sealedVersion = 0x01;

/** Where the id of the cluster key stands, of 4 bytes. */
export const keyIdAt = 1;

/** Where the salt of the sender stands. */
export const saltAt = 5;

/** The length of a salt. */
export const saltLength = 16;

/** Where the counter stands: 8 bytes, the most significant first. */
export const counterAt: number = saltAt + saltLength;

/** The length of all that stands before the encrypted datagram. It is authenticated as it is. */
export const headLength: number = counterAt + 8;

/** The length of the tag of AES-256-GCM, which ends a sealed datagram. */
export const tagLength = 16;

/** How many bytes longer a sealed datagram is. */
export const sealOverhead: number = headLength + tagLength;

/** The length of a nonce: 4 zero bytes and the counter. */
export const nonceLength = 12;

/** Where the counter stands in a nonce. */
export const nonceCounterAt = 4;
