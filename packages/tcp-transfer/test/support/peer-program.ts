// The path of the bundled program of a peer process.
import { fileURLToPath } from 'node:url';

/** The path of the bundled program. */
export const peerProgram: string = fileURLToPath(
  new URL('../../node_modules/.cache/peer/peer.mjs', import.meta.url),
);
