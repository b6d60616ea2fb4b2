// One attempt at a verified download: one source says what the file is, and all that have it send pieces.
import { join } from 'node:path';
import { unlessAborted } from '../async.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import type { PartialFile } from '../manifests/partial-files.ts';
import type { DownloadFolder } from '../storage/download-folder.ts';
import { UnfinishedFile } from '../storage/unfinished-file.ts';
import { contentKey, type UnfinishedKey } from '../leftovers/unfinished-name.ts';
import { OrderedOutput } from '../swarm/ordered-output.ts';
import type { PieceFile } from '../swarm/piece-file.ts';
import { RemoteManifest } from '../swarm/remote-manifest.ts';
import { nameOf } from '../requests/requested-file.ts';
import { StreamedFile } from '../swarm/streamed-file.ts';
import { Swarm } from '../swarm/swarm.ts';
import type { Source } from '../swarm/swarm-options.ts';
import { TransferError } from '../transfer-error.ts';
import type { SavedFile } from '../storage/place-file.ts';
import type { AttemptContext } from './attempt-context.ts';
import { Gathering } from './gathering.ts';
import { hasSucceeded } from '../sources/out-of-turn.ts';
import { placedBefore } from './placed-before.ts';
import { targetName, type VerifiedDownload } from './verified-options.ts';

/** A download from the sources of the content that one of them, the first, has. */
export class Attempt<S extends Source> {
  readonly #context: AttemptContext<S>;
  readonly #source: S;
  readonly #connection: PeerConnection;
  readonly #manifest: RemoteManifest;
  /** Whether a file was hashed after the manifest had come: the connection may be closed by now. */
  #hasHashed = false;

  private constructor(
    context: AttemptContext<S>,
    source: S,
    connection: PeerConnection,
    manifest: RemoteManifest,
  ) {
    this.#context = context;
    this.#source = source;
    this.#connection = connection;
    this.#manifest = manifest;
  }

  /**
   * Asks a source what the file is, on a connection that a signal closes, also later.
   *
   * @throws what connecting and {@link RemoteManifest.request} throw
   */
  static async begin<S extends Source>(
    source: S,
    context: AttemptContext<S>,
    signal: AbortSignal,
  ): Promise<Attempt<S>> {
    const { options, clock, changed } = context;
    const connection = await context.connect(source, signal);
    try {
      const { root } = options;
      const doubted = changed.doubted(source);
      const manifest = await RemoteManifest.request(connection, options, root, clock, doubted);
      if (options.size !== undefined && manifest.size !== options.size)
        throw new TransferError('changed', 'the peer has content of another size under that name');
      changed.judge(source, manifest.claimedRoot);
      // A source that knows the root knows all digests, too.
      if (manifest.claimedRoot !== undefined) await manifest.whole;
      return new Attempt(context, source, connection, manifest);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Resolves with `undefined` if all sources of this content have failed. */
  async run(): Promise<VerifiedDownload | undefined> {
    try {
      const { target } = this.#context;
      if (target instanceof OrderedOutput) return await this.#passOn(target);
      const placed = await this.#placedBefore(target);
      if (placed) return placed;
      const file = await this.#openFile(target);
      return file && (await this.#fetchInto(file));
    } catch (error) {
      if (!this.#manifest.isHashed) this.#context.changed.brokeOff(this.#source);
      throw error;
    } finally {
      this.#connection.close();
    }
  }

  get #keepsUnfinished(): boolean {
    return this.#context.options.keepUnfinished ?? true;
  }

  /** The key under which an unfinished file is found again. */
  get #key(): UnfinishedKey {
    const { options } = this.#context;
    const { size, claimedRoot } = this.#manifest;
    return contentKey(nameOf(options), size, options.root ?? claimedRoot);
  }

  /** The file that is there already, if its content is that of the source. */
  async #placedBefore(folder: DownloadFolder): Promise<VerifiedDownload | undefined> {
    const { options, path, hasher, signal } = this.#context;
    const { existing } = options;
    const name = targetName(options);
    const manifest = this.#manifest;
    const found = await placedBefore({
      ...{ name, existing, folder, manifest, hasher, signal },
      onHashing: () => (this.#hasHashed = true),
    });
    if (found === undefined) return undefined;
    const known = await manifest.whole;
    return { path: join(path, found), created: false, size: manifest.size, ...known };
  }

  async #openFile(folder: DownloadFolder): Promise<UnfinishedFile | undefined> {
    const { options, clock, signal, onDisk, onLost } = this.#context;
    const { sync = true } = options;
    const { size } = this.#manifest;
    const key = this.#keepsUnfinished ? this.#key : undefined;
    try {
      return await onDisk(UnfinishedFile.open({ folder, size, sync, key, clock, signal }));
    } catch (error) {
      // The size is what this source claims: another source may claim a smaller one.
      if (!TransferError.is(error) || error.code !== 'no-space') throw error;
      onLost(this.#source, error);
      return undefined;
    }
  }

  /** Passes the file on as it is verified. */
  async #passOn(output: OrderedOutput): Promise<VerifiedDownload | undefined> {
    const { options, path, signal, onDisk } = this.#context;
    const file = await StreamedFile.begin(this.#manifest, output, options.root !== undefined);
    const swarm = this.#swarmFor(file);
    const passed = onDisk(file.passed);
    passed.catch((error: unknown) => {
      swarm.stop(error as Error);
    });
    await this.#gather(swarm);
    // Another source goes on after what the output has got by then.
    await unlessAborted<unknown>(swarm.isComplete ? passed : file.idle, signal);
    if (!hasSucceeded(swarm)) return undefined;
    return { path, created: true, size: this.#manifest.size, ...(await this.#manifest.whole) };
  }

  async #fetchInto(file: UnfinishedFile): Promise<VerifiedDownload | undefined> {
    const { signal, partials } = this.#context.options;
    const partial = await this.#servedFrom(file);
    const swarm = this.#swarmFor(file, partial);
    try {
      await this.#gather(swarm, file);
      signal?.throwIfAborted();
      if (!hasSucceeded(swarm)) return undefined;
      const known = await this.#manifest.whole;
      return { ...(await this.#place(file, swarm.mtime)), size: this.#manifest.size, ...known };
    } finally {
      await swarm.close();
      if (partial) await partials?.end(partial, swarm.isComplete);
      // Its own source has other content by now: what came of the old one may be nowhere any more.
      const isOutdated = this.#context.sources.isPostponed(this.#source);
      const isOfUse = file.resumed || (swarm.isWorthKeeping && !isOutdated);
      if (this.#keepsUnfinished && isOfUse) await file.close();
      else await file.discard();
      this.#context.onLeft(file, swarm.verifiedParts);
    }
  }

  /** Lets others have what comes, if it is known which content that is. */
  async #servedFrom(file: UnfinishedFile): Promise<PartialFile | undefined> {
    const { root, partials } = this.#context.options;
    if (root === undefined || !partials) return undefined;
    const known = await this.#manifest.whole;
    return this.#context.onDisk(partials.add(known, () => file.reader()));
  }

  #swarmFor(file: PieceFile, partial?: PartialFile): Swarm<S> {
    const { options, hasher, clock, connect, onDisk, onLost } = this.#context;
    const { onProgress } = options;
    const manifest = this.#manifest;
    const onSourceLost = (source: S, error: Error): void => {
      onLost(source, error, source === this.#source ? { root: manifest.claimedRoot } : undefined);
    };
    const onVerified = (received: number, sources: number): void =>
      onProgress?.({ received, size: manifest.size, sources });
    return new Swarm({
      ...{ requested: options, manifest, file, hasher, clock },
      ...{ connect, onDisk, onVerified, onLost: onSourceLost },
      onPiece: (piece) => partial?.add(piece),
    });
  }

  async #place(
    file: UnfinishedFile,
    mtime: number | undefined,
  ): Promise<SavedFile & Pick<VerifiedDownload, 'written'>> {
    const { options, path, onDisk } = this.#context;
    const { existing, signal } = options;
    await onDisk(file.finish(mtime));
    const { name, ...placed } = await onDisk(
      file.place({ name: targetName(options), existing, signal }),
    );
    return { path: join(path, name), ...placed };
  }

  /** Lets every source join the swarm, and waits until the content is complete or none is left. */
  #gather(swarm: Swarm<S>, file?: UnfinishedFile): Promise<void> {
    // A source that is still hashing sends digests on this connection, and pieces on another one.
    const isFree = this.#manifest.claimedRoot !== undefined && !this.#hasHashed;
    return new Gathering({
      ...{ context: this.#context, swarm, source: this.#source },
      ...{ connection: this.#connection, manifest: this.#manifest, isFree },
      resumed: file?.resumed ? file.fd : undefined,
      onRoot: async (root) => {
        if (file && this.#manifest.claimedRoot === undefined && this.#keepsUnfinished)
          await file.rename({ ...this.#key, root });
      },
    }).run();
  }
}
