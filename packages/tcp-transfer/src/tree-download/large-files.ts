// The files of a folder that are too large for packs: each is a verified download of its own.
import type { TreeFile } from '@peerlane/protocol';
import { deferred, type Deferred } from '../async.ts';
import type { RateLimit } from '../connection/rate-limit.ts';
import { downloadVerified } from '../download/download-verified.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { Source } from '../swarm/swarm-options.ts';
import { TransferError } from '../transfer-error.ts';
import type { TreeTarget } from '../tree-target/tree-target.ts';
import type { TreeDownloadOptions, TreeProblem } from './tree-options.ts';
import type { TreeSources } from './tree-sources.ts';

/** How many are fetched at a time: while one gets its name, another is received. */
const maxParallel = 2;

/** The options of {@link LargeFiles}. */
export interface LargeFilesOptions<S extends Source> {
  readonly options: TreeDownloadOptions<S>;
  readonly sources: TreeSources<S>;
  /** Whether a source may have the tree. */
  readonly accepts: (source: S) => boolean;
  readonly target: Pick<TreeTarget, 'compare' | 'folderFor'>;
  readonly hasher: PieceHasher;
  readonly limit: RateLimit | undefined;
  /** Whether small files wait to be asked for. */
  readonly isPackWaiting: () => boolean;
  /** Aborted when the files are not wanted any more. */
  readonly signal: AbortSignal;
  readonly onComing: (file: TreeFile, bytes: number) => void;
  readonly onDone: (file: TreeFile, isFetched: boolean) => void;
  readonly onProblem: (problem: TreeProblem) => void;
  /** Called with what ends the whole download. */
  readonly onFailure: (error: Error) => void;
  /** Called whenever there are fewer to do. */
  readonly onChange: () => void;
}

/** A source without the root that it has: that is the root of the tree. */
interface Wrapped<S extends Source> extends Source {
  readonly of: S;
}

/** Fetches large files, a few at a time. */
export class LargeFiles<S extends Source> {
  readonly #context: LargeFilesOptions<S>;
  /** The largest first: in the end there is little left to share. */
  readonly #waiting: TreeFile[] = [];
  readonly #wrapped = new Map<S, Wrapped<S>>();
  #running = 0;
  #idle: Deferred<undefined> | undefined;

  constructor(context: LargeFilesOptions<S>) {
    this.#context = context;
  }

  /** How many are not done. */
  get size(): number {
    return this.#waiting.length + this.#running;
  }

  /** Whether there are some that no source was asked for. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  add(file: TreeFile): void {
    const place = this.#waiting.findIndex(({ size }) => size < file.size);
    this.#waiting.splice(place < 0 ? this.#waiting.length : place, 0, file);
    this.#fill();
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    if (this.#running > 0) await (this.#idle ??= deferred()).promise;
  }

  #fill(): void {
    while (this.#running < maxParallel && !this.#context.signal.aborted) {
      const file = this.#waiting.shift();
      if (!file) return;
      this.#running += 1;
      void this.#run(file);
    }
  }

  async #run(file: TreeFile): Promise<void> {
    const { signal, onFailure, onChange } = this.#context;
    try {
      await this.#fetch(file);
    } catch (error) {
      if (!signal.aborted) onFailure(error as Error);
    }
    this.#running -= 1;
    this.#fill();
    if (this.#running === 0) this.#idle?.resolve(undefined);
    onChange();
  }

  /** @throws what ends the whole download */
  async #fetch(file: TreeFile): Promise<void> {
    const { options, target, hasher, limit, signal, sources } = this.#context;
    const { onComing, onDone, isPackWaiting } = this.#context;
    const { folder: filename, existing } = options;
    try {
      await using held = await target.folderFor(file.path);
      await downloadVerified({
        ...options,
        ...{ filename, entry: file.path, into: held.folder, saveAs: held.name, root: file.root },
        ...{ hasher, signal, limitRate: limit },
        areOthersWanted: () => this.isWaiting || isPackWaiting(),
        existing: existing === 'skip' ? 'refuse' : existing,
        sources: this.#sources(),
        onProgress: ({ received }) => {
          onComing(file, received);
        },
        onLost: (source, error) => {
          if (isFaultOfSource(error)) sources.lose(source.of, error);
        },
        onOther: undefined,
      });
    } catch (error) {
      this.#judge(file, error);
      return;
    }
    // The time came with the file, but nothing says whether it may be executed.
    if (file.exec) await target.compare([file]);
    onDone(file, true);
  }

  /** @throws what is not the fault of this file */
  #judge(file: TreeFile, error: unknown): void {
    const { signal, options, onProblem } = this.#context;
    signal.throwIfAborted();
    if (!TransferError.is(error)) throw error;
    const { path } = file;
    const kind = problems[error.code];
    if (kind === undefined) throw error;
    if (kind === 'exists' && options.existing === 'skip') return;
    onProblem({ path, kind, reason: error.message });
  }

  async *#sources(): AsyncGenerator<Wrapped<S>, void> {
    const { sources, accepts, signal } = this.#context;
    for await (const source of sources.each(signal)) {
      if (!accepts(source)) continue;
      const wrapped = this.#wrapped.get(source) ?? { address: source.address, of: source };
      this.#wrapped.set(source, wrapped);
      yield wrapped;
    }
  }
}

const problems: Readonly<Partial<Record<string, TreeProblem['kind']>>> = {
  'no-file': 'gone',
  changed: 'changed',
  disk: 'disk',
  exists: 'exists',
};

/** Whether a source is of no use for other files either. */
function isFaultOfSource(error: Error): boolean {
  const others = ['no-file', 'changed', 'refused', 'busy', 'too-slow', 'incomplete', 'no-space'];
  return !TransferError.is(error) || !others.includes(error.code);
}
