// Compares the digest of a piece with that in the manifest: decides whether the piece is right.
import type { RemoteManifest } from './remote-manifest.ts';

/**
 * Whether a piece has the digest that the manifest has for it. Waits for the manifest, which may
 * still be on its way.
 *
 * @throws the error of the manifest if it fails
 */
export async function verifyPiece(
  piece: number,
  digest: Uint8Array,
  manifest: Pick<RemoteManifest, 'digest'>,
): Promise<boolean> {
  return Buffer.compare(digest, await manifest.digest(piece)) === 0;
}
