// The pieces that a source has which is still getting the file itself, as far as it has said.
import { decodePieces } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import { TransferError } from '../transfer-error.ts';
import type { PieceChoice } from './piece-picker.ts';
import { requestKeys, type RequestedFile } from '../requests/requested-file.ts';

/** How long an answer counts before the source is asked again, in milliseconds. */
const answerLife = 500;

/** How long a source may have nothing that is wanted, in milliseconds. */
const uselessTimeout = 30_000;

/** What such a source has. It gets more of it, so it is asked again and again. */
export class KnownPieces {
  readonly #count: number;
  readonly #clock: Clock;
  #pieces: ReadonlySet<number> = new Set();
  #asked = -Infinity;
  #useful: number;

  /** @param count of the file's pieces */
  constructor(count: number, clock: Clock) {
    this.#count = count;
    this.#clock = clock;
    this.#useful = clock.now();
  }

  /** Whether the source has a piece. */
  readonly has = (piece: number): boolean => this.#pieces.has(piece);

  /** How long the last answer counts yet, in milliseconds; at most 0 if the source is to be asked again. */
  get life(): number {
    if (this.#pieces.size === this.#count) return Infinity;
    return this.#asked + answerLife - this.#clock.now();
  }

  /** Something that the source has is fetched. */
  used(): void {
    this.#useful = this.#clock.now();
  }

  /**
   * Asks the source what it has by now. One that has not begun yet has nothing.
   *
   * @throws TransferError `too-slow` if it has had nothing of use for half a minute; what a request and
   * {@link decodePieces} throw
   * @see docs/protocol.md, "Pieces"
   */
  async ask(connection: PeerConnection, requested: RequestedFile, root: string): Promise<void> {
    if (this.#clock.now() - this.#useful > uselessTimeout)
      throw new TransferError('too-slow', 'the peer gets nothing that is wanted');
    try {
      const request = { want: 'pieces', root, ...requestKeys(requested) };
      const { answer, data } = await connection.request(request);
      const bits = await this.#read(answer.length, data);
      this.#pieces = new Set(decodePieces(bits, this.#count));
    } catch (error) {
      if (!TransferError.is(error) || error.code !== 'no-file') throw error;
      this.#pieces = new Set();
    } finally {
      connection.finish();
    }
    this.#asked = this.#clock.now();
  }

  async #read(length: number, data: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    const bits = new Uint8Array(Math.ceil(this.#count / 8));
    if (length !== bits.length)
      throw new TransferError('bad-answer', 'the peer has the pieces of another file');
    let filled = 0;
    for await (const bytes of data) {
      bits.set(bytes, filled);
      filled += bytes.length;
    }
    return bits;
  }
}

/**
 * Which pieces a source fetches next: of those that it has, and from a source that has all rather those that
 * no other one has. Each download begins elsewhere, so that peers soon have something for each other.
 *
 * @param own what the source has, if that may be less than the whole file
 * @param sources all of them
 * @returns `undefined` if every source has the whole file
 */
export function choiceOf(
  own: KnownPieces | undefined,
  sources: Iterable<{ readonly pieces: KnownPieces | undefined }>,
  random: () => number,
): PieceChoice | undefined {
  const partial = [...sources].flatMap(({ pieces }) => pieces ?? []);
  if (partial.length === 0) return undefined;
  if (own) return { has: own.has, start: random() };
  return { prefers: (piece) => !partial.some(({ has }) => has(piece)), start: random() };
}
