// Where the parts of a sealed datagram stand, in bytes. docs/protocol.md, "Sealed datagrams".
/** Where each part begins. What is ahead of the ciphertext is authenticated as it is. */
export const sealLayout = { keyId: 1, salt: 5, counter: 21, ciphertext: 29 } as const;

/** The length of the tag, which comes last. */
export const tagLength = 16;
