// Fetches the pieces of one file from many sources at once, and verifies each piece.
import { Changes, deferred } from '../async.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import { slowestOf } from '../limits/slowest.ts';
import { isDiskError } from '../storage/disk-error.ts';
import type { Part } from '../storage/unfinished-file.ts';
import { isWrongContent, TransferError } from '../transfer-error.ts';
import { Endgame } from './endgame.ts';
import { choiceOf } from './known-pieces.ts';
import type { PieceFile } from './piece-file.ts';
import { PieceLayout } from './piece-layout.ts';
import { PiecePicker, type Run } from './piece-picker.ts';
import { recheck } from './recheck.ts';
import { maxUnverified } from './request-size.ts';
import { SwarmSource } from './swarm-source.ts';
import type { Source, SwarmOptions } from './swarm-options.ts';
import { checkPart, verifyPiece, WrongPieceError } from './verify-piece.ts';

/** All sources that one content of a file is fetched from. */
export class Swarm<S extends Source = Source> {
  /** Which content sources are asked for, once that is known. */
  root: string | undefined;
  /** When the file was last changed, in milliseconds since 1970, if a source said so. */
  mtime: number | undefined;
  readonly #options: SwarmOptions<S>;
  readonly #layout: PieceLayout;
  readonly #picker: PiecePicker<SwarmSource<S>>;
  readonly #sources = new Set<SwarmSource<S>>();
  readonly #changes = new Changes();
  /** A second file for pieces that two sources send at once. */
  #spare: Promise<PieceFile> | undefined;
  #verifiedBytes = 0;
  /** How many sources, and rechecks of what an earlier download left, are at work. */
  #active = 0;
  #isRechecking = false;
  /** How many bytes have arrived whose digests have not, as long as nothing has failed. */
  #unverified = 0;
  #failure: Error | undefined;
  readonly #ended = deferred<undefined>();
  /** Aborted at the end: a source that does not answer must not hold it up. */
  readonly #connecting = new AbortController();

  constructor(options: SwarmOptions<S>) {
    const { manifest, file } = options;
    this.#options = options;
    this.#layout = new PieceLayout(manifest);
    const first = file.order?.first ?? 0;
    const endgame = new Endgame(options, this.#changes.notify);
    this.#picker = new PiecePicker(this.#layout.count, file.resumed, first, endgame);
    this.#verifiedBytes = this.#layout.partOf(0, first).length;
    if (file.order) file.order.onGrown = this.#changes.notify;
    this.root = manifest.claimedRoot;
    if (this.isComplete) this.#end();
  }

  /** Whether all pieces are verified. */
  get isComplete(): boolean {
    return this.#picker.missing === 0;
  }

  /** Resolves when it is complete, or was stopped. */
  get ended(): Promise<undefined> {
    return this.#ended.promise;
  }

  /** Whether no source is at work; and no piece is verified, if it is `starved`. */
  get idle(): false | 'idle' | 'starved' {
    if (this.#active > 0) return false;
    return this.#verifiedBytes === 0 ? 'starved' : 'idle';
  }

  /** Whether a piece has arrived that was not found to be wrong. */
  get isWorthKeeping(): boolean {
    return this.#unverified + this.#verifiedBytes > 0;
  }

  /** The parts of the file that are verified; `undefined` while those of an earlier download are looked at. */
  get verifiedParts(): Part[] | undefined {
    if (this.#isRechecking) return undefined;
    return this.#picker.doneRuns.map(({ first, count }) => this.#layout.partOf(first, count));
  }

  /** The error that stopped it before it was complete. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Verifies what an earlier download left in an open file; wrong and missing pieces are fetched. */
  async recheck(fd: number): Promise<void> {
    const { file, hasher, onDisk } = this.#options;
    this.#active += 1;
    this.#isRechecking = true;
    await recheck({
      ...{ layout: this.#layout, lanes: hasher.threads, isOver: () => this.#failure !== undefined },
      hash: ({ offset, length }) => onDisk(hasher.hash(fd, offset, length)),
      verify: async (piece, digest) => this.#verify(piece, file, digest),
      onFailure: this.stop.bind(this),
    });
    this.#active -= 1;
    // If it was stopped, not all of it was looked at.
    this.#isRechecking = this.#failure !== undefined;
    this.#report();
  }

  /**
   * Fetches from a source until the file is complete or the source is of no more use. Closes the
   * connection to it, also one that is `open` already.
   */
  async join(source: S, open?: PeerConnection): Promise<void> {
    this.#active += 1;
    let joined: SwarmSource<S>;
    try {
      const connection = open ?? (await this.#options.connect(source, this.#connecting.signal));
      joined = new SwarmSource(source, connection, this.#options, this.#layout);
    } catch (error) {
      this.#active -= 1;
      this.#lose(source, error as Error);
      return;
    }
    this.#sources.add(joined);
    await this.#fetchFrom(joined);
  }

  async #fetchFrom(joined: SwarmSource<S>): Promise<void> {
    const failure = await this.#fetchRuns(joined).catch((error: unknown) => error as Error);
    joined.close();
    this.#picker.giveUp(joined);
    this.#sources.delete(joined);
    this.#active -= 1;
    this.#changes.notify();
    // No other source joins as long as it is unknown which content is wanted.
    if (failure && this.root === undefined && this.#active === 0)
      this.stop(joined.fault ?? failure);
    // Its pieces count although it has gone, and may still turn out to be wrong.
    await joined.allVerified();
    const fault = joined.fault ?? failure;
    if (fault) this.#lose(joined.source, fault);
  }

  async #fetchRuns(joined: SwarmSource<S>): Promise<void> {
    while (!this.isComplete && !this.#failure) {
      if (joined.fault) throw joined.fault;
      if (this.root !== undefined) await joined.learn(this.root);
      const isFull = this.#unverified >= maxUnverified;
      const { file, clock, random = Math.random } = this.#options;
      const choice = choiceOf(joined.pieces, this.#sources, random);
      const limit = file.order?.limit;
      const run = isFull ? undefined : this.#picker.next(joined, joined.nextPieces, limit, choice);
      if (run) await this.#fetch(joined, run);
      else await this.#changes.nextWithin(clock, joined.pieces?.life ?? Infinity);
    }
  }

  /** Stops it before it is complete. */
  stop(failure: Error): void {
    this.#failure ??= failure;
    this.#end();
  }

  /** Stops the source that is slowest, of those that joined at least some milliseconds ago. */
  stopSlowest(least: number): void {
    const slowest = slowestOf(this.#sources, this.#options.clock.now(), least);
    slowest?.reject(new TransferError('too-slow', 'other sources wait for its place'));
  }

  /** Removes the second file, if there is one. */
  async close(): Promise<void> {
    await (await this.#spare?.catch(() => undefined))?.discard();
  }

  async #fetch(joined: SwarmSource<S>, { first, count, again }: Run): Promise<void> {
    const { file, onDisk } = this.#options;
    const part = this.#layout.partOf(first, count);
    // Two sources must not write to one place: one of them may send wrong bytes.
    const into = again ? await onDisk((this.#spare ??= file.spare())) : file;
    await joined.fetch({
      part,
      into,
      root: this.root,
      wants: (piece) => this.#picker.wants(piece, joined),
      onPiece: (piece, digest) => {
        this.#arrived(joined, piece, into, digest);
      },
      checkAnswer: (answer) => {
        checkPart(answer, part, this.#options.manifest.size);
        this.mtime ??= answer.mtime;
      },
    });
  }

  #arrived(joined: SwarmSource<S>, piece: number, into: PieceFile, digest: Uint8Array): void {
    if (!this.#picker.wants(piece, joined)) return;
    this.#picker.hold(piece);
    const { length } = this.#layout.partOf(piece);
    this.#unverified += length;
    joined.arrived += length;
    const verified = this.#verify(piece, into, digest).catch((error: unknown) => {
      // Only wrong content is the fault of the source; any other failure ends the download.
      if (!isWrongContent(error)) this.stop(error as Error);
      joined.reject(error as Error);
    });
    joined.verifies(
      verified.finally(() => {
        if (!this.#failure) this.#unverified -= length;
        this.#changes.notify();
      }),
    );
  }

  async #verify(piece: number, into: PieceFile, digest: Uint8Array): Promise<void> {
    const { file, manifest, onDisk, onPiece } = this.#options;
    const part = this.#layout.partOf(piece);
    const isRight = await verifyPiece(piece, digest, manifest);
    // No source starts to write this piece any more, but one may still be writing it.
    if (!isRight || into !== file)
      await Promise.allSettled([...this.#sources].map(async ({ writing }) => writing));
    if (!isRight) {
      this.#picker.reopen(piece);
      this.#changes.notify();
      throw new WrongPieceError(piece);
    }
    if (into !== file) await onDisk(into.copyTo(file, part));
    this.#picker.done(piece);
    onPiece?.(piece);
    file.order?.verified(piece);
    this.#verifiedBytes += part.length;
    this.#report();
    if (this.isComplete) this.#end();
  }

  /** What an earlier download left is reported at once: it does not arrive now. */
  #report(): void {
    if (!this.#isRechecking) this.#options.onVerified(this.#verifiedBytes, this.#sources.size);
  }

  #lose(source: S, error: Error): void {
    // A source closed because the download finished has not failed.
    if (this.isComplete || this.#failure) return;
    if (isDiskError(error)) this.stop(error);
    else this.#options.onLost(source, error);
  }

  #end(): void {
    this.#ended.resolve(undefined);
    for (const joined of this.#sources) joined.close();
    this.#connecting.abort();
    this.#changes.notify();
  }
}
