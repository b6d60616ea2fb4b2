// A manifest together with the root that is computed over it.
import { encodeRootInput, type Manifest } from '@peerlane/protocol';
import { sha256 } from '../hashing/sha256.ts';

/** The manifest of a file, and its root. */
export interface KnownManifest {
  /** 64 hexadecimal digits. */
  readonly root: string;
  readonly manifest: Manifest;
}

/**
 * Adds the root to a manifest. It is computed off the event loop.
 *
 * @see docs/protocol.md, "Manifest"
 */
export async function withRoot(manifest: Manifest): Promise<KnownManifest> {
  const root = await sha256(encodeRootInput(manifest));
  return { root: Buffer.from(root).toString('hex'), manifest };
}
