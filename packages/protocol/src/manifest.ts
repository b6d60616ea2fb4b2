// The manifest of a file: how it is cut into pieces, and what its root is the digest of.
import { digestBytes } from './digest.ts';

/** The identity of a file's content: its size, and the digest of each of its pieces. */
export interface Manifest {
  /** The size of the whole file, in bytes. */
  readonly size: number;
  /** The length of each piece, in bytes; the last piece may be shorter. */
  readonly pieceLength: number;
  /** The SHA-256 of each piece in order, 32 bytes each. */
  readonly digests: Uint8Array;
}

const minPieceLength = 256 * 1024;
const maxPieceLength = 16 * 1024 * 1024;

/** A file with more pieces than this gets longer ones, up to the longest. */
const targetPieceCount = 2048;

/** The most bytes of digests in a manifest: those of a file of 2 TiB. */
const maxDigestBytes = 4 * 1024 * 1024;

/**
 * The length of the pieces of a file, in bytes. `undefined` if the file has more than 2 TiB, and so
 * no manifest.
 *
 * @param size of the file, in bytes
 * @see docs/protocol.md, "Manifest"
 */
export function pieceLengthFor(size: number): number | undefined {
  let length = minPieceLength;
  while (length < maxPieceLength && length * targetPieceCount < size) length *= 2;
  return pieceCount(size, length) * digestBytes <= maxDigestBytes ? length : undefined;
}

/**
 * How many pieces a file has; an empty file has none.
 *
 * @param size of the file, in bytes
 * @param pieceLength in bytes
 * @see docs/protocol.md, "Manifest"
 */
export function pieceCount(size: number, pieceLength: number): number {
  return Math.ceil(size / pieceLength);
}

/**
 * The bytes whose SHA-256 is the root of a manifest: the size and the piece length, 8 bytes each,
 * big-endian, and the digests.
 *
 * @see docs/protocol.md, "Manifest"
 */
export function encodeRootInput({ size, pieceLength, digests }: Manifest): Uint8Array<ArrayBuffer> {
  const input = new Uint8Array(16 + digests.length);
  const view = new DataView(input.buffer);
  view.setBigUint64(0, BigInt(size));
  view.setBigUint64(8, BigInt(pieceLength));
  input.set(digests, 16);
  return input;
}
