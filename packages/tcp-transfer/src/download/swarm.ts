import type { TransferAnswer } from '@peerlane/protocol';
import { deferred } from '../async.ts';
import { isDiskError } from '../storage/disk-error.ts';
import type { PeerConnection } from '../connection/peer-connection.ts';
import type { PieceFile } from './piece-file.ts';
import { PiecePicker, type Run } from './piece-picker.ts';
import { RunReceiver } from './run-receiver.ts';
import { RequestSize } from './request-size.ts';
import type { Source, SwarmOptions } from './swarm-options.ts';
import { TransferError } from '../transfer-error.ts';

/** A source at work. */
interface Worker {
  readonly source: Source;
  readonly connection: PeerConnection;
  readonly runLength: RequestSize;
  /** What takes in what it sends just now. */
  intake?: RunReceiver;
  /** Its pieces that are being judged. */
  readonly judging: Set<Promise<void>>;
  fault?: Error;
}

/** Fetches the pieces of one file from many sources at once, and verifies each. */
export class Swarm {
  readonly #options: SwarmOptions;
  readonly #plan: PiecePicker<Worker>;
  readonly #workers = new Set<Worker>();
  readonly #idle: (() => void)[] = [];
  #spare: Promise<PieceFile> | undefined;
  #root: string | undefined;
  #bytes = 0;
  /** How many sources, and who else brings pieces, are at work. */
  #atWork = 0;
  /** How many pieces came and were not found to be wrong. */
  #good = 0;
  #mtime: number | undefined;
  #failure: Error | undefined;
  readonly #over = deferred<undefined>();

  constructor(options: SwarmOptions) {
    this.#options = options;
    this.#plan = new PiecePicker(options.manifest.pieces, options.resumed);
    this.#root = options.manifest.claimedRoot;
    if (this.isComplete) this.#disband();
  }

  /** Whether all of the file is there. */
  get isComplete(): boolean {
    return this.#plan.missing === 0;
  }

  /** When the file was last changed, in milliseconds since 1970, where a source told. */
  get mtime(): number | undefined {
    return this.#mtime;
  }

  /** Resolves when it is complete, or was stopped. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  /** Whether nobody is at work, and nothing of the file is there. */
  get isAbandoned(): boolean {
    return this.#atWork === 0 && this.#bytes === 0;
  }

  /** Whether something has come that was not found to be wrong. */
  get isWorthKeeping(): boolean {
    return this.#good > 0;
  }

  /** What ended it before it was complete, and was no source's fault. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Which content it is: sources are asked for this one from now on. */
  set root(root: string) {
    this.#root = root;
  }

  /** Judges what an earlier download has left; what is wrong, or not there, is fetched. */
  async recheck(): Promise<void> {
    const { file, manifest, hasher, onDisk } = this.#options;
    const judging: Promise<void>[] = [];
    // From the end: what is missing most often is found first.
    let next = manifest.pieces;
    const lane = async (): Promise<void> => {
      while (next > 0 && !this.#failure) {
        const piece = (next -= 1);
        const digest = await onDisk(file.digest(piece));
        judging.push(
          this.#judge(piece, file, digest).catch((error: unknown) => {
            if (!isWrong(error)) this.stop(error as Error);
          }),
        );
      }
    };
    this.#atWork += 1;
    for (const ended of await Promise.allSettled(Array.from({ length: hasher.threads }, lane)))
      if (ended.status === 'rejected') this.stop(ended.reason as Error);
    await Promise.all(judging);
    this.#atWork -= 1;
  }

  /**
   * Fetches from a source until all is there, or the source is of no use any more.
   *
   * @param open a connection to it that stands already, which is closed in the end
   */
  async join(source: Source, open?: PeerConnection): Promise<void> {
    this.#atWork += 1;
    const worker = await this.#workerFor(source, open);
    if (worker) await this.#employ(worker);
    else this.#atWork -= 1;
  }

  async #workerFor(source: Source, open?: PeerConnection): Promise<Worker | undefined> {
    try {
      const connection = open ?? (await this.#options.connect(source));
      const runLength = new RequestSize(this.#options.manifest.pieceLength);
      const worker = { source, connection, runLength, judging: new Set<Promise<void>>() };
      this.#workers.add(worker);
      return worker;
    } catch (error) {
      this.#lost(source, error as Error);
      return undefined;
    }
  }

  async #employ(worker: Worker): Promise<void> {
    const failure = await this.#work(worker).catch((error: unknown) => error as Error);
    worker.connection.close();
    this.#plan.giveUp(worker);
    this.#workers.delete(worker);
    this.#atWork -= 1;
    this.#wake();
    // As long as it is not known what is wanted, nobody else comes.
    if (failure && this.#root === undefined && this.#atWork === 0) this.stop(failure);
    // What it has brought counts, though it has gone; and it may turn out to be wrong.
    await Promise.all(worker.judging);
    const fault = worker.fault ?? failure;
    if (fault) this.#lost(worker.source, fault);
  }

  /** Fetches run by run until there is nothing more to do. */
  async #work(worker: Worker): Promise<void> {
    while (!this.isComplete && !this.#failure) {
      if (worker.fault) throw worker.fault;
      const run = this.#plan.next(worker, worker.runLength.pieces);
      if (run) await this.#fetch(worker, run);
      else await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Ends it before it is complete. */
  stop(failure: Error): void {
    this.#failure ??= failure;
    this.#disband();
  }

  /** Removes what helped. */
  async close(): Promise<void> {
    await (await this.#spare?.catch(() => undefined))?.discard();
  }

  async #fetch(worker: Worker, run: Run): Promise<void> {
    const { filename, file, hasher, clock, onDisk } = this.#options;
    // Two must not write to one place: what one of them sends may be wrong.
    const into = run.again ? await onDisk((this.#spare ??= file.spare())) : file;
    const { offset } = file.partOf(run.first);
    const last = file.partOf(run.first + run.count - 1);
    const length = last.offset + last.length - offset;
    const start = clock.now();
    const hashing = hasher.run(length);
    worker.intake = new RunReceiver({
      into,
      offset,
      hashing,
      wants: (piece) => this.#plan.wants(piece, worker),
      onPiece: (piece, digest) => {
        this.#arrived(worker, piece, into, digest);
      },
    });
    const { intake } = worker;
    try {
      await worker.connection.request(
        { want: 'data', filename, ...(this.#root && { root: this.#root }), offset, length },
        (answer) => {
          this.#check(answer, offset, length);
          return (bytes) => onDisk(intake.take(bytes));
        },
      );
    } finally {
      hashing.close();
    }
    worker.runLength.took(length, clock.now() - start);
  }

  #arrived(worker: Worker, piece: number, into: PieceFile, digest: Uint8Array): void {
    if (!this.#plan.wants(piece, worker)) return;
    this.#plan.hold(piece);
    this.#good += 1;
    const judging = this.#judge(piece, into, digest)
      .catch((error: unknown) => {
        // Of who sends what is wrong nothing more is taken; all else that fails here is no source's.
        if (isWrong(error)) this.#good -= 1;
        else this.stop(error as Error);
        worker.fault ??= error as Error;
        worker.connection.close();
        this.#wake();
      })
      .then(() => void worker.judging.delete(judging));
    worker.judging.add(judging);
  }

  async #judge(piece: number, into: PieceFile, digest: Uint8Array): Promise<void> {
    const { file, manifest, onDisk, onVerified } = this.#options;
    const right = Buffer.compare(digest, await manifest.digest(piece)) === 0;
    // Nobody begins to write there any more; who has begun is waited for.
    if (!right || into !== file)
      await Promise.allSettled([...this.#workers].map(async ({ intake }) => intake?.writing));
    if (!right) {
      this.#plan.reopen(piece);
      this.#wake();
      throw new TransferError('wrong-content', `piece ${piece} is not that of the file`);
    }
    if (into !== file) await onDisk(into.copyTo(file, piece));
    this.#plan.done(piece);
    this.#bytes += file.partOf(piece).length;
    onVerified(this.#bytes, this.#workers.size);
    if (this.isComplete) this.#disband();
  }

  #lost(source: Source, error: Error): void {
    // Who is cut off because all is over has not failed.
    if (this.isComplete || this.#failure) return;
    if (isDiskError(error)) this.stop(error);
    else this.#options.onLost(source, error);
  }

  #check(answer: TransferAnswer, from: number, wanted: number): void {
    const { size, offset, length, mtime } = answer;
    if (size !== this.#options.manifest.size || offset !== from || length !== wanted)
      throw new TransferError('bad-answer', 'the peer sends another part than it was asked for');
    this.#mtime ??= mtime;
  }

  #disband(): void {
    this.#over.resolve(undefined);
    for (const { connection } of this.#workers) connection.close();
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#idle.splice(0)) wake();
  }
}

function isWrong(error: unknown): boolean {
  return TransferError.is(error) && error.code === 'wrong-content';
}
