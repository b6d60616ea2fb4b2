// What is said of a file beside that it is there.

/** A peer of version 1 sent it. */
export const notVerified =
  'Not verified: the peer speaks version 1, which does not prove what it sends.';

/** It is the part that a peer of version 1 had announced. */
export const grownText =
  'The file has grown while it was sent: only what was announced at first is here. Get it again for the rest.';
