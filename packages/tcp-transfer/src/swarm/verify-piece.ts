// Decides whether what a source sends is right: each piece, and which part of the file it is.
import type { TransferAnswer } from '@peerlane/protocol';
import type { Part } from '../storage/unfinished-file.ts';
import { TransferError } from '../transfer-error.ts';
import type { RemoteManifest } from './remote-manifest.ts';

/** A piece of a source is not that of the manifest. */
export class WrongPieceError extends TransferError {
  readonly piece: number;

  constructor(piece: number) {
    super('wrong-content', `piece ${piece} is not that of the file`);
    this.piece = piece;
  }
}

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

/** @throws TransferError `changed` if the file has another size, `bad-answer` for another part of it */
export function checkPart(answer: TransferAnswer, part: Part, size: number): void {
  if (answer.size !== undefined && answer.size !== size)
    throw new TransferError('changed', 'the peer has other content under that name');
  if (answer.size === size && answer.offset === part.offset && answer.length === part.length)
    return;
  throw new TransferError('bad-answer', 'the peer sent a different part than requested');
}
