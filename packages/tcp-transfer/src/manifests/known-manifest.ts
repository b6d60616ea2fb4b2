import { encodeRootInput, type Manifest } from '@peerlane/protocol';
import { sha256 } from '../hashing/sha256.ts';

/** The manifest of a file, and the root over it: 64 hexadecimal digits. */
export interface KnownManifest {
  readonly root: string;
  readonly manifest: Manifest;
}

/**
 * A manifest with its root, which is computed off the event loop.
 *
 * @see docs/protocol.md, "Manifest"
 */
export async function withRoot(manifest: Manifest): Promise<KnownManifest> {
  const root = await sha256(encodeRootInput(manifest));
  return { root: Buffer.from(root).toString('hex'), manifest };
}
