import { fileURLToPath } from 'node:url';

/** Where the program of one side of a transfer is put together. */
export const peerProgram: string = fileURLToPath(
  new URL('../../node_modules/.cache/peer/peer.mjs', import.meta.url),
);
