// The positions of pieces in a file, and the cuts between pieces in received bytes. Pure.
import { pieceCount, type Manifest } from '@peerlane/protocol';
import type { Part } from '../storage/unfinished-file.ts';

/** A part of received bytes that belongs to one piece of a file. */
export interface Cut {
  readonly piece: number;
  /** Its beginning and its end in the received bytes. */
  readonly start: number;
  readonly end: number;
  /** Whether the piece ends there. */
  readonly last: boolean;
}

/** How a file is divided into pieces. */
export class PieceLayout {
  /** How many pieces there are. */
  readonly count: number;
  readonly #size: number;
  readonly #pieceLength: number;

  constructor({ size, pieceLength }: Pick<Manifest, 'size' | 'pieceLength'>) {
    this.count = pieceCount(size, pieceLength);
    this.#size = size;
    this.#pieceLength = pieceLength;
  }

  /** The part of the file that is made up of consecutive pieces. */
  partOf(first: number, count = 1): Part {
    const offset = first * this.#pieceLength;
    const end = Math.min(this.#size, (first + count) * this.#pieceLength);
    return { offset, length: end - offset };
  }

  /** Cuts a part of the file where pieces end. */
  cut({ offset, length }: Part): Cut[] {
    const cuts: Cut[] = [];
    for (let start = 0; start < length;) {
      const piece = Math.floor((offset + start) / this.#pieceLength);
      const pieceEnd = Math.min(this.#size, (piece + 1) * this.#pieceLength);
      const end = Math.min(length, pieceEnd - offset);
      cuts.push({ piece, start, end, last: offset + end === pieceEnd });
      start = end;
    }
    return cuts;
  }
}
