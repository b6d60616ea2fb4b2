import { digestBytes } from './digest.ts';

/** What a file's content is known by: its size, and the digest of each of its pieces. */
export interface Manifest {
  /** Of the whole file, in bytes. */
  readonly size: number;
  /** In bytes; the last piece is shorter, unless the size is a multiple of it. */
  readonly pieceLength: number;
  /** The SHA-256 of each piece in order, 32 bytes each. */
  readonly digests: Uint8Array;
}

const shortest = 256 * 1024;
const longest = 16 * 1024 * 1024;

/** Above it the pieces of a file become longer rather than more. */
const sensiblePieces = 2048;

/** The most bytes of digests: those of a file of 2 TiB. */
const maxDigestBytes = 4 * 1024 * 1024;

/**
 * How long the pieces of a file of so many bytes are; `undefined` for one of over 2 TiB, which has no
 * manifest.
 *
 * @see docs/protocol.md, "Manifest"
 */
export function pieceLengthFor(size: number): number | undefined {
  let length = shortest;
  while (length < longest && length * sensiblePieces < size) length *= 2;
  return pieceCount(size, length) * digestBytes <= maxDigestBytes ? length : undefined;
}

/** How many pieces a file has. An empty one has none. */
export function pieceCount(size: number, pieceLength: number): number {
  return Math.ceil(size / pieceLength);
}

/**
 * What the root of a manifest is the SHA-256 of: the size and the length of a piece, each as 8 bytes,
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
