// Remembers the manifests of files in memory and on the disk, so that no content is hashed twice.
import { decodeEntry, encodeEntry, entryLength } from './cache-entry.ts';
import { CacheFolder } from './cache-folder.ts';
import { identityText, type FileIdentity } from '../sharing/file-identity.ts';
import { ManifestLru } from './manifest-lru.ts';
import { withRoot, type KnownManifest } from './known-manifest.ts';

/** How many manifests are kept. */
export interface ManifestCacheOptions {
  /**
   * How many manifests are kept on the disk.
   * @default 10_000
   */
  readonly maxEntries?: number;
  /**
   * How much memory manifests may use, in bytes.
   * @default 64 MiB
   */
  readonly maxMemory?: number;
  /**
   * The time of day, in milliseconds since 1970.
   * @default the clock of this machine
   */
  readonly now?: () => number;
  /** Is called once, with the reason, if manifests cannot be kept on the disk. Must not throw. */
  readonly onFailure?: (error: Error) => void;
}

/**
 * The manifests of files by the files' identities, in memory and in the cache folder of
 * this user, where they survive a restart. If that cannot be written to, they are kept in memory alone.
 */
export class ManifestCache {
  readonly #folder: CacheFolder | undefined;
  readonly #lru: ManifestLru;
  #onFailure: ((error: Error) => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param folder the path of the cache folder; without one, manifests are kept in memory alone */
  constructor(folder: string | undefined, options: ManifestCacheOptions = {}) {
    this.#onFailure = options.onFailure;
    const { maxEntries = 10_000, maxMemory = 64 * 1024 * 1024, now = Date.now } = options;
    this.#folder = folder === undefined ? undefined : new CacheFolder(folder, maxEntries, now);
    this.#lru = new ManifestLru(maxMemory);
  }

  /** The manifest of a file, if it is in memory. */
  recall(identity: FileIdentity): KnownManifest | undefined {
    return this.#lru.get(identityText(identity));
  }

  /** The manifest of a file, if it is in memory or on the disk. */
  async load(identity: FileIdentity): Promise<KnownManifest | undefined> {
    const recalled = this.recall(identity);
    const length = entryLength(identity);
    if (recalled || length === undefined) return recalled;
    const bytes = await this.#folder?.read(nameOf(identity), length);
    const manifest = bytes && (await decodeEntry(bytes, identity));
    if (!manifest) return undefined;
    const known = await withRoot(manifest);
    this.#lru.set(identityText(identity), known);
    return known;
  }

  /** Keeps the manifest of a file: in memory at once, and soon on the disk. */
  keep(identity: FileIdentity, known: KnownManifest): void {
    this.#lru.set(identityText(identity), known);
    const folder = this.#folder;
    if (!folder) return;
    this.#writing = this.#writing
      .then(() => encodeEntry(identity, known.manifest))
      .then((entry) => folder.write(nameOf(identity), entry))
      .catch((error: unknown) => {
        this.#onFailure?.(error as Error);
        this.#onFailure = undefined;
      });
  }

  /** Forgets the manifest of a file, which has turned out to be wrong. */
  async forget(identity: FileIdentity): Promise<void> {
    this.#lru.delete(identityText(identity));
    this.#writing = this.#writing.then(() => this.#folder?.remove(nameOf(identity)));
    await this.#writing;
    // It may have been read again meanwhile.
    this.#lru.delete(identityText(identity));
  }

  /** Waits until all manifests kept so far are on the disk, or could not be written. */
  written(): Promise<void> {
    return this.#writing;
  }
}

/** The name of an entry: the same for all contents of a file, so that the newest replaces the others. */
function nameOf({ dev, ino }: FileIdentity): string {
  return `${dev}-${ino}`;
}
