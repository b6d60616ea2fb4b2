// By what the content of a file in a tree is verified.
import { encodeRootInput, isOnePiece, pieceLengthFor, type TreeFile } from '@peerlane/protocol';
import type { ContentDigest } from '../hashing/content-hash.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { withRoot } from '../manifests/known-manifest.ts';
import { PieceLayout } from '../swarm/piece-layout.ts';

/** The digest of a file, for a thread. */
export function contentDigest({ size, digest, root }: TreeFile): ContentDigest {
  if (isOnePiece(size)) return { digest: digest ?? '' };
  const pieceLength = pieceLengthFor(size) ?? 0;
  const head = encodeRootInput({ size, pieceLength, digests: new Uint8Array() });
  return { digest: root ?? '', pieces: { head, length: pieceLength } };
}

/** Whether an open file of the right size has the content of a file of a tree. */
export async function hasContent(
  fd: number,
  { size, digest, root }: TreeFile,
  hasher: PieceHasher,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    if (isOnePiece(size)) return hexOf(await hasher.hash(fd, 0, size)) === digest;
    const found = await digestsOf(fd, size, hasher, signal);
    return !!found && (await withRoot(found)).root === root;
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}

async function digestsOf(
  fd: number,
  size: number,
  hasher: PieceHasher,
  signal: AbortSignal | undefined,
): Promise<{ size: number; pieceLength: number; digests: Uint8Array } | undefined> {
  const pieceLength = pieceLengthFor(size);
  if (pieceLength === undefined) return undefined;
  const layout = new PieceLayout({ size, pieceLength });
  const digests = new Uint8Array(layout.count * 32);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < layout.count) {
      signal?.throwIfAborted();
      const piece = next;
      next += 1;
      const { offset, length } = layout.partOf(piece);
      digests.set(await hasher.hash(fd, offset, length), piece * 32);
    }
  };
  const lanes = Array.from({ length: hasher.threads }, async () => {
    try {
      await lane();
    } catch (error) {
      next = layout.count;
      throw error;
    }
  });
  // The descriptor is in use until all of them have ended.
  for (const result of await Promise.allSettled(lanes))
    if (result.status === 'rejected') throw result.reason;
  return { size, pieceLength, digests };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
