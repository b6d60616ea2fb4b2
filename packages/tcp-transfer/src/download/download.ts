// `download`: one file, from peers of both versions of the protocol.
import { ProtocolError } from '@peerlane/protocol';
import { keepingAlive, pause } from '../async.ts';
import { checkRoot } from '../check-options.ts';
import { systemClock } from '../clock.ts';
import { isDiskError } from '../storage/disk-error.ts';
import { checkTargetName } from '../storage/target-name.ts';
import { OrderedOutput } from '../swarm/ordered-output.ts';
import type { Source } from '../swarm/swarm-options.ts';
import { TransferError, type TransferErrorCode } from '../transfer-error.ts';
import { rateLimit } from '../connection/rate-limit.ts';
import { StreamReader } from '../connection/stream-reader.ts';
import { downloadOver, noVersion1 } from './download-file.ts';
import { firstAnswer } from '../sources/first-answer.ts';
import type { Download, DownloadProgress } from './download-options.ts';
import { downloadVerified } from './download-verified.ts';
import { Sources } from '../sources/sources.ts';
import type { VerifiedDownload, VerifiedDownloadOptions } from './verified-options.ts';

/** A peer that may have the file, and the version of the protocol that it speaks. */
export interface VersionedSource extends Source {
  readonly version: 1 | 2;
}

/** The options of {@link download}. */
export interface AnyDownloadOptions<S extends VersionedSource = VersionedSource> extends Omit<
  VerifiedDownloadOptions<S>,
  'onProgress' | 'into'
> {
  /** As that of `downloadFile`. */
  readonly into: string | OrderedOutput;
  /**
   * Called as bytes are written or, in version 2, as pieces are verified. Only then there is `sources`:
   * from how many the file comes.
   */
  readonly onProgress?:
    ((progress: DownloadProgress & { readonly sources?: number }) => void) | undefined;
  /**
   * How long a source of version 1, which proves nothing, waits for one of version 2, in milliseconds.
   * @default 500
   */
  readonly verifiedTimeout?: number | undefined;
}

/** How long a source of version 1 waits for one of version 2, which answers at once, in milliseconds. */
const momentForVersion2 = 500;

/** The codes that a request of version 2 may lead to at a peer that only speaks version 1. */
const mayBeOlder: ReadonlySet<string> = new Set(['refused', 'incomplete', 'bad-answer']);

/**
 * Downloads one file from all sources of version 2 at once, verified as by `downloadVerified`, and if
 * these fail from one source after the other in version 1, as by `downloadFile`. A source of version 2
 * whose answers are not those of version 2 is asked in version 1, too. With a `root`, sources of version
 * 1 are of no use, as they cannot prove what content they have; with `keys` nobody is asked in version 1.
 *
 * @throws ProtocolError `bad-filename`; RangeError for limits out of range and a bad `root`; TransferError: that of the
 * last source if all have failed, `no-file` if there was none, `no-space`, `disk`, `exists`; ProtocolError
 * if the last source has a malformed address or cannot be asked for the name; the reason of an aborted
 * `signal`
 * @see docs/protocol.md, "TCP" and "Version 2"
 */
export async function download<S extends VersionedSource>(
  options: AnyDownloadOptions<S>,
): Promise<Download | VerifiedDownload> {
  if (typeof options.into === 'string') checkTargetName(options);
  checkRoot(options.root);
  options.signal?.throwIfAborted();
  return keepingAlive(() => new AnyDownloader(options).run());
}

class AnyDownloader<S extends VersionedSource> {
  readonly #options: AnyDownloadOptions<S>;
  readonly #sources: Sources<S>;
  /** The sources that are to be asked in version 1. */
  readonly #older: S[] = [];
  /** Those of them that were thought to speak version 2. */
  readonly #downgraded = new Set<S>();
  #lastFailure: Error | undefined;
  /** Whether sources of version 1 wait no longer for one of version 2. */
  #isLate: boolean;
  #late: Promise<undefined> | undefined;

  constructor(options: AnyDownloadOptions<S>) {
    this.#options = options;
    // With a root or with keys they are of no use, and refused at once.
    this.#isLate =
      options.root !== undefined || options.keys !== undefined || options.verifiedTimeout === 0;
    this.#sources = new Sources(options.sources, options.clock ?? systemClock);
  }

  async run(): Promise<Download | VerifiedDownload> {
    const { clock = systemClock, signal = new AbortController().signal } = this.#options;
    try {
      for (;;) {
        // A source of version 2 needs no connection yet: it is connected to beside others.
        const first = await firstAnswer<S, StreamReader | undefined>({
          ...{ clock, signal },
          next: (isWaiting) => this.#next(isWaiting),
          ask: async (source, until) =>
            this.#isOlder(source)
              ? this.#connect(source, AbortSignal.any([until, signal]))
              : undefined,
          onFailed: this.#failed,
          onLate: (source) => {
            if (this.#isOlder(source)) this.#older.unshift(source);
            else this.#sources.giveBack(source);
          },
        });
        if (!first) throw this.#lastFailure ?? new TransferError('no-file', 'no peer has the file');
        const { source, answer } = first;
        const found = await (answer ? this.#fromOne(source, answer) : this.#fromAll(source));
        if (found) return found;
      }
    } finally {
      void this.#sources.close();
    }
  }

  /** The next source: of version 2, if one comes within a moment after the first of version 1. */
  async #next(isWaiting: () => boolean): Promise<S | undefined> {
    while (!this.#isLate) {
      let isInTime = true;
      const next = this.#sources.next(() => isInTime && isWaiting());
      const source = await Promise.race([next, ...(this.#late ? [this.#late] : [])]).catch(
        (error: unknown) => {
          // Those that came before the failure are asked first.
          if (this.#older.length === 0) throw error;
          return undefined;
        },
      );
      isInTime = false;
      if (source?.version === 2 || !isWaiting()) return source;
      if (source) this.#older.push(source);
      else this.#isLate = true;
      const { clock = systemClock, verifiedTimeout = momentForVersion2, signal } = this.#options;
      this.#late ??= pause(clock, verifiedTimeout, signal).then(() => undefined);
    }
    return this.#older.shift() ?? this.#sources.next(isWaiting);
  }

  #isOlder(source: S): boolean {
    return source.version === 1 || this.#downgraded.has(source);
  }

  async #connect({ address }: S, until: AbortSignal): Promise<StreamReader> {
    if (this.#options.keys) throw new TransferError('refused', noVersion1);
    if (this.#options.root !== undefined || this.#hasBegun)
      throw new TransferError('refused', unproven);
    const { limitRate, clock = systemClock } = this.#options;
    const limit = rateLimit(limitRate, clock);
    return StreamReader.open(address, { ...this.#options, signal: until }, limit);
  }

  /** Resolves with `undefined` if the source fails. */
  async #fromOne(source: S, reader: StreamReader): Promise<Download | undefined> {
    const options = { ...this.#options, address: source.address };
    try {
      return await downloadOver(options, () => Promise.resolve(reader));
    } catch (error) {
      this.#failed(source, error);
      return undefined;
    } finally {
      reader.close();
    }
  }

  /** @throws an error that is not the fault of the source, or after which no other can go on */
  readonly #failed = (source: S, error: unknown): void => {
    // The size is what this peer claims: another peer may claim a smaller one.
    const isFull = TransferError.is(error) && error.code === 'no-space';
    if (!isFull) this.#checkIsPeers(error);
    this.#options.signal?.throwIfAborted();
    // Why a source of version 2 refuses the file tells more than its silence in version 1.
    const isTold = hasCode(this.#lastFailure, 'refused') && this.#downgraded.has(source);
    if (!isTold || !hasCode(error, 'no-file')) this.#lastFailure = error as Error;
    this.#options.onLost?.(source, error as Error);
    // Nothing vouches for what has been passed on: no other source can go on after it.
    if (isSpent(this.#options.into)) throw error;
  };

  /** Resolves with `undefined` if all sources of version 2 fail. */
  async #fromAll(first: S): Promise<VerifiedDownload | undefined> {
    let isOver = false;
    const sources = this.#verifiable(first, () => !isOver);
    const onLost = (source: S, error: Error): void => {
      this.#options.onLost?.(source, error);
      // Nobody who lets a sealed connection fail is asked in the clear.
      if (this.#options.keys) return;
      if (!TransferError.is(error) || !mayBeOlder.has(error.code)) return;
      this.#downgraded.add(source);
      this.#older.push(source);
    };
    try {
      return await downloadVerified({ ...this.#options, sources, onLost });
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      this.#checkIsPeers(error);
      this.#lastFailure = error as Error;
      return undefined;
    } finally {
      isOver = true;
      this.#isLate = true;
    }
  }

  /** The sources of version 2. Those of version 1 are kept for later. */
  async *#verifiable(first: S, isWaiting: () => boolean): AsyncGenerator<S, void> {
    for (let source: S | undefined = first; source; source = await this.#sources.next(isWaiting))
      if (source.version === 2) yield source;
      else this.#older.push(source);
  }

  /** Whether an output has got pieces, which no source of version 1 can go on after. */
  get #hasBegun(): boolean {
    const { into } = this.#options;
    return into instanceof OrderedOutput && into.pieces > 0;
  }

  /** @throws the error, if it is not the fault of a peer */
  #checkIsPeers(error: unknown): void {
    const isPeers = TransferError.is(error) ? !isDiskError(error) : ProtocolError.is(error);
    if (!isPeers) throw error;
  }
}

function hasCode(error: unknown, code: TransferErrorCode): boolean {
  return TransferError.is(error) && error.code === code;
}

/** Whether a download into an output has failed for good. */
export function isSpent(into: string | OrderedOutput): boolean {
  return into instanceof OrderedOutput && into.isUnverified;
}

const unproven = 'the peer speaks version 1, which cannot prove what content it has';
