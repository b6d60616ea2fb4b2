import { pieceCount, type PeerAddress, type TransferAnswer } from '@peerlane/protocol';
import type { KnownManifest } from './manifest-memory.ts';
import { PeerConnection, type PeerConnectionOptions } from './peer-connection.ts';
import { PiecePlan, type Run } from './piece-plan.ts';
import { partOf, type ResumableFile } from './resumable-file.ts';
import { settled } from './settled.ts';
import { TransferError } from './transfer-error.ts';

/** Someone who has the file. */
export interface Source {
  /** Its TCP address. */
  readonly address: PeerAddress;
}

/** What a {@link Swarm} tells. */
export interface SwarmEvents {
  /** A source is asked no more: it failed, or sent what is not the file. */
  readonly onLost: (source: Source, error: Error) => void;
  /** A piece is there and right, and so many bytes of the file are by now. */
  readonly onVerified: (bytes: number) => void;
}

/** Pieces are asked for in runs of at most so many bytes. */
const runBytes = 8 * 1024 * 1024;

/** Fetches the pieces of one file from many sources at once, and verifies each. */
export class Swarm {
  readonly #filename: string;
  readonly #known: KnownManifest;
  readonly #file: ResumableFile;
  readonly #options: PeerConnectionOptions;
  readonly #events: SwarmEvents;
  readonly #plan: PiecePlan<Source>;
  readonly #connections = new Map<Source, PeerConnection>();
  readonly #idle: (() => void)[] = [];
  /** What each source is writing just now. */
  readonly #writing = new Map<Source, Promise<void>>();
  /** Pieces that came twice and are being put in their place: nobody else writes there. */
  readonly #adopted = new Set<number>();
  #spare: Promise<ResumableFile> | undefined;
  #bytes: number;

  constructor(
    filename: string,
    known: KnownManifest,
    file: ResumableFile,
    options: PeerConnectionOptions,
    events: SwarmEvents,
  ) {
    const { size, pieceLength } = known.manifest;
    this.#filename = filename;
    this.#known = known;
    this.#file = file;
    this.#options = options;
    this.#events = events;
    this.#plan = new PiecePlan(
      pieceCount(size, pieceLength),
      Math.max(1, Math.floor(runBytes / pieceLength)),
      file.verified,
    );
    this.#bytes = 0;
    for (const piece of file.verified) this.#bytes += partOf(known.manifest, piece).length;
  }

  /** Whether all of the file is there. */
  isComplete(): boolean {
    return this.#plan.missing === 0;
  }

  /**
   * Fetches from a source until all is there, or the source is of no use any more.
   *
   * @param open a connection to it that stands already, which is closed in the end
   */
  async join(source: Source, open?: PeerConnection): Promise<void> {
    try {
      const connection = open ?? (await PeerConnection.open(source.address, this.#options));
      this.#connections.set(source, connection);
      while (!this.isComplete()) {
        const run = this.#plan.next(source);
        if (run) await this.#fetch(source, connection, run);
        else await new Promise<void>((resolve) => this.#idle.push(resolve));
      }
    } catch (error) {
      // Who is cut off because all is there has not failed.
      if (!this.isComplete()) this.#events.onLost(source, error as Error);
    } finally {
      this.#plan.giveUp(source);
      this.#connections.get(source)?.close();
      this.#connections.delete(source);
      this.#wake();
    }
  }

  /** Removes what helped. */
  async close(): Promise<void> {
    await (await this.#spare)?.discard();
  }

  async #fetch(source: Source, connection: PeerConnection, run: Run): Promise<void> {
    const { manifest, root } = this.#known;
    // Two must not write to one place: what one of them sends may be wrong.
    const into = run.again ? await (this.#spare ??= this.#file.spare()) : this.#file;
    const first = partOf(manifest, run.first);
    const last = partOf(manifest, run.first + run.count - 1);
    let position = first.offset;
    const length = last.offset + last.length - first.offset;
    const verifying: Promise<void>[] = [];
    const requested = connection.request(
      { want: 'data', filename: this.#filename, root, offset: position, length },
      (answer) => {
        this.#check(answer, position, length);
        return async (bytes) => {
          for (let rest = bytes; rest.length > 0;) {
            const piece = Math.floor(position / manifest.pieceLength);
            const { offset, length: whole } = partOf(manifest, piece);
            const part = rest.subarray(0, offset + whole - position);
            if (this.#wants(piece)) {
              const writing = into.write(part, position);
              this.#writing.set(source, writing);
              await writing;
            }
            position += part.length;
            rest = rest.subarray(part.length);
            if (position < offset + whole) continue;
            const verified = this.#verify(piece, into);
            verifying.push(verified);
            // Of who sends what is wrong nothing more is taken.
            verified.catch(() => {
              connection.close();
            });
          }
        };
      },
    );
    await Promise.allSettled([requested]);
    await settled([...verifying, requested]);
  }

  async #verify(piece: number, into: ResumableFile): Promise<void> {
    if (!this.#wants(piece)) return;
    if (!(await into.verify(piece)))
      throw new TransferError('wrong-content', `piece ${piece} is not that of the file`);
    if (!this.#wants(piece)) return;
    if (into !== this.#file) await this.#adopt(piece, into);
    this.#plan.done(piece);
    this.#bytes += partOf(this.#known.manifest, piece).length;
    this.#events.onVerified(this.#bytes);
    if (this.isComplete()) for (const connection of this.#connections.values()) connection.close();
    this.#wake();
  }

  async #adopt(piece: number, from: ResumableFile): Promise<void> {
    this.#adopted.add(piece);
    await Promise.allSettled(this.#writing.values());
    await from.copyPiece(piece, this.#file);
  }

  #wants(piece: number): boolean {
    return this.#plan.wants(piece) && !this.#adopted.has(piece);
  }

  #check({ size, offset, length }: TransferAnswer, from: number, wanted: number): void {
    if (size !== this.#known.manifest.size || offset !== from || length !== wanted)
      throw new TransferError('bad-answer', 'the peer sends another part than it was asked for');
  }

  #wake(): void {
    for (const wake of this.#idle.splice(0)) wake();
  }
}
