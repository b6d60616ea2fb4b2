// By what a thread verifies the content of a file: one digest, or the digests of its pieces.

/** By what the content of a file is known: either the digest of all, or that of its pieces. */
export interface ContentDigest {
  /** SHA-256: 64 hexadecimal digits. */
  readonly digest: string;
  /** If it is that over the digests of pieces, how these are cut. */
  readonly pieces?: ContentPieces | undefined;
}

/** How a digest over the digests of pieces is made. */
export interface ContentPieces {
  /** The bytes ahead of the digests. */
  readonly head: Uint8Array;
  /** How long a piece is, in bytes. */
  readonly length: number;
}

/** The functions of a worker that hash, as CommonJS. */
export const contentHashSource = `
// The digest of bytes that come in parts, or that over the digests of their pieces.
function contentHash(pieces) {
  const whole = createHash('sha256');
  if (!pieces) return { update: (bytes) => whole.update(bytes), digest: () => whole.digest('hex') };
  whole.update(pieces.head);
  let piece = createHash('sha256');
  let room = pieces.length;
  const endPiece = () => {
    whole.update(piece.digest());
    piece = createHash('sha256');
    room = pieces.length;
  };
  return {
    update(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + room);
        piece.update(part);
        at += part.length;
        room -= part.length;
        if (room === 0) endPiece();
      }
    },
    digest() {
      if (room < pieces.length) endPiece();
      return whole.digest('hex');
    },
  };
}
`;
