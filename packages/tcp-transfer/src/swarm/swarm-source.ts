// One source of a swarm: its connection, how much it is asked for, and its pieces that are being verified.
import type { TransferAnswer } from '@peerlane/protocol';
import type { PeerConnection } from '../requests/peer-connection.ts';
import type { Part } from '../storage/unfinished-file.ts';
import { KnownPieces } from './known-pieces.ts';
import type { PieceFile } from './piece-file.ts';
import type { PieceLayout } from './piece-layout.ts';
import { RequestSize } from './request-size.ts';
import { requestKeys } from '../requests/requested-file.ts';
import { RunReceiver, type RunReceiverOptions } from './run-receiver.ts';
import type { Source, SwarmOptions } from './swarm-options.ts';

/** A run of pieces that a source is asked for. */
export interface RunRequest extends Pick<RunReceiverOptions, 'wants' | 'onPiece'> {
  /** Which part of the file the run is. */
  readonly part: Part;
  readonly into: PieceFile;
  /** Which content is asked for; `undefined` for whatever the source has. */
  readonly root: string | undefined;
  /** Checks the answer before any data is received; what it throws ends the request. */
  readonly checkAnswer: (answer: TransferAnswer) => void;
}

/** A source that runs of pieces are fetched from, one after the other. */
export class SwarmSource<S extends Source = Source> {
  readonly source: S;
  /** When it joined, in milliseconds. */
  readonly since: number;
  /** How many bytes of whole pieces it has sent. */
  arrived = 0;
  /** What it has, if that may be less than the whole file. */
  readonly pieces: KnownPieces | undefined;
  readonly #connection: PeerConnection;
  readonly #options: SwarmOptions<S>;
  readonly #layout: PieceLayout;
  readonly #requestSize: RequestSize;
  #receiver: RunReceiver | undefined;
  readonly #verifying = new Set<Promise<void>>();
  #fault: Error | undefined;

  constructor(
    source: S,
    connection: PeerConnection,
    options: SwarmOptions<S>,
    layout: PieceLayout,
  ) {
    this.source = source;
    this.since = options.clock.now();
    this.#connection = connection;
    this.#options = options;
    this.#layout = layout;
    this.pieces = source.partial ? new KnownPieces(layout.count, options.clock) : undefined;
    this.#requestSize = new RequestSize(options.manifest.pieceLength);
  }

  /** How many pieces to ask it for next. */
  get nextPieces(): number {
    return this.#requestSize.pieces;
  }

  /** Why nothing more is accepted from it, if so. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Resolves when all bytes that it has sent so far are written, rejects if they could not be. */
  get writing(): Promise<void> | undefined {
    return this.#receiver?.writing;
  }

  /** Asks it what it has, if it may have more by now. @throws what {@link KnownPieces.ask} throws */
  async learn(root: string): Promise<void> {
    if (!this.pieces || this.pieces.life > 0) return;
    await this.pieces.ask(this.#connection, this.#options.requested, root);
  }

  /** @throws what a request can fail with; what `checkAnswer` and the disk throw */
  async fetch({ part, into, root, wants, onPiece, checkAnswer }: RunRequest): Promise<void> {
    const { requested, hasher, clock, onDisk } = this.#options;
    const { offset, length } = part;
    const start = clock.now();
    this.pieces?.used();
    const hashing = hasher.run(length);
    const layout = this.#layout;
    const receiver = new RunReceiver({
      ...{ into, layout, offset, hashing },
      ...{ onDisk, wants, onPiece },
    });
    this.#receiver = receiver;
    try {
      const { answer, data } = await this.#connection.request({
        ...{ want: 'data', offset, length },
        ...requestKeys(requested),
        ...(root !== undefined && { root }),
      });
      checkAnswer(answer);
      await receiver.receive(data, () => {
        this.close();
      });
    } finally {
      hashing.close();
      this.#connection.finish();
    }
    this.#requestSize.record(length, clock.now() - start);
  }

  /** A piece that it has sent is being verified. */
  verifies(work: Promise<void>): void {
    const tracked = work.finally(() => this.#verifying.delete(tracked));
    this.#verifying.add(tracked);
  }

  /** Resolves when all pieces that it has sent are verified. */
  async allVerified(): Promise<void> {
    await Promise.all(this.#verifying);
  }

  /** Accepts nothing more from it. The first reason counts. */
  reject(fault: Error): void {
    this.#fault ??= fault;
    this.close();
  }

  close(): void {
    this.#connection.close();
  }
}
