// Which pieces of a file a peer has: one bit for each.
import { ProtocolError } from './protocol-error.ts';

/**
 * Encodes which pieces a peer has: a bit for each, the first one in the highest bit of the first byte.
 *
 * @param pieces the numbers of the pieces that are there, each below `count`
 * @param count of the pieces of the file
 * @returns `count` bits, filled up with zeros to whole bytes
 * @see docs/protocol.md, "Pieces"
 */
export function encodePieces(pieces: Iterable<number>, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil(count / 8));
  for (const piece of pieces) bytes[piece >> 3]! |= 0x80 >> (piece & 7);
  return bytes;
}

/**
 * Decodes which pieces a peer has, in order.
 *
 * @throws ProtocolError `bad-answer` if there are not as many bytes as `count` needs, or bits beyond it
 * @see docs/protocol.md, "Pieces"
 */
export function decodePieces(bytes: Uint8Array, count: number): number[] {
  const expected = Math.ceil(count / 8);
  if (bytes.length !== expected)
    throw new ProtocolError(
      'bad-answer',
      `expected ${expected} bytes of pieces, got ${bytes.length}`,
    );
  const pieces: number[] = [];
  for (let piece = 0; piece < bytes.length * 8; piece += 1) {
    if ((bytes[piece >> 3]! & (0x80 >> (piece & 7))) === 0) continue;
    if (piece >= count) throw new ProtocolError('bad-answer', 'expected no piece beyond the last');
    pieces.push(piece);
  }
  return pieces;
}
