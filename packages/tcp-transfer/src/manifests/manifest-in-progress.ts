// Follows the making of a manifest for one client, who may leave before it is made.
import { deferred } from '../async.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import type { KnownManifest } from './known-manifest.ts';
import type { ManifestStore } from './manifest-store.ts';

/** The manifest of a file while it is being made. The file is closed when that has ended. */
export class ManifestInProgress {
  /** Resolves with the whole manifest; with `undefined` if the file is too large for one. */
  readonly known: Promise<KnownManifest | undefined>;
  /** Aborted when no more digests will come. */
  readonly ended: AbortSignal;
  readonly #file: SharedFile;
  readonly #manifests: ManifestStore;
  readonly #left = new AbortController();
  #finishing: Promise<void> | undefined;
  #digests: Uint8Array[] = [];
  #newDigests = deferred<'new digests'>();

  constructor(file: SharedFile, manifests: ManifestStore) {
    this.#file = file;
    this.#manifests = manifests;
    const ended = new AbortController();
    this.ended = ended.signal;
    this.known = manifests.of(file, {
      signal: this.#left.signal,
      onPiece: (_, digest) => {
        this.#digests.push(digest);
        this.#newDigests.resolve('new digests');
      },
    });
    const end = async (): Promise<void> => {
      ended.abort();
      await this.#finishing;
      await file.handle.close();
    };
    // A client that has gone does not wait for the end.
    this.known.then(end, end).catch(() => undefined);
  }

  /** Ceases to wait for the manifest. */
  leave(reason: unknown): void {
    this.#left.abort(reason);
  }

  /** Ceases to wait, but has the manifest made: a client that asks again finds it. */
  leaveToFinish(): void {
    this.#finishing = this.#manifests.finish(this.#file);
    this.leave(new Error('nobody waits for the manifest'));
  }

  /** Resolves when there are digests that `next` has not returned yet. */
  get newDigests(): Promise<'new digests'> {
    return this.#newDigests.promise;
  }

  /** Waits for at least one new digest, and returns all new ones. */
  async next(): Promise<Uint8Array> {
    await Promise.race([this.newDigests, this.known]);
    const digests = this.#digests;
    this.#digests = [];
    this.#newDigests = deferred();
    return Buffer.concat(digests);
  }
}
