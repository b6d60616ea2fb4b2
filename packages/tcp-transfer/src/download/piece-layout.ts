/** A part of bytes that belongs to one piece of a file. */
export interface Cut {
  readonly piece: number;
  /** Where it begins and ends in the bytes. */
  readonly start: number;
  readonly end: number;
  /** Whether the piece ends there. */
  readonly last: boolean;
}

/** Cuts bytes that lie at a position of a file where its pieces end. */
export function cutAtPieces(
  position: number,
  length: number,
  { size, pieceLength }: { readonly size: number; readonly pieceLength: number },
): Cut[] {
  const cuts: Cut[] = [];
  for (let start = 0; start < length;) {
    const piece = Math.floor((position + start) / pieceLength);
    const pieceEnd = Math.min(size, (piece + 1) * pieceLength);
    const end = Math.min(length, pieceEnd - position);
    cuts.push({ piece, start, end, last: position + end === pieceEnd });
    start = end;
  }
  return cuts;
}
