// The options, the progress and the result of a verified download.
import type { Manifest, TreePath } from '@peerlane/protocol';
import type { RateLimit } from '../connection/rate-limit.ts';
import type { PeerConnectionOptions } from '../connection/stream-reader.ts';
import type { ConnectionPool } from '../requests/connection-pool.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { PartialFiles } from '../manifests/partial-files.ts';
import type { HeldFolder } from '../paths/held-folder.ts';
import type { Existing } from '../storage/place-file.ts';
import type { WrittenFile } from '../paths/written-file.ts';
import type { Download, DownloadProgress } from './download-options.ts';
import type { OrderedOutput } from '../swarm/ordered-output.ts';
import type { Source } from '../swarm/swarm-options.ts';

/** The options of `downloadVerified`. */
export interface VerifiedDownloadOptions<S extends Source = Source> extends PeerConnectionOptions {
  /**
   * The peers that may have the file, all speaking version 2. An async iterable may yield more of them
   * while the file is downloaded. The callbacks get the very objects that come from here.
   */
  readonly sources: AsyncIterable<S> | Iterable<S>;
  /** The name that the sources are asked for: of a file, or with `entry` of a folder. */
  readonly filename: string;
  /**
   * The names from the folder down to the file, if it is one below a folder.
   * @default the file is one of those that the sources share by their names
   */
  readonly entry?: TreePath | undefined;
  /**
   * The folder that the file is written to, which must exist, by its path or held open; or an output that
   * gets the bytes in order, as they are verified, with none of them on the disk.
   */
  readonly into: string | HeldFolder | OrderedOutput;
  /**
   * The name to save it under.
   * @default `filename`, or the last name of `entry`
   */
  readonly saveAs?: string | undefined;
  /**
   * The root of the wanted content: 64 lower-case hexadecimal digits. Without it, the first source
   * that answers decides which content is downloaded, and is believed.
   * @default that of the first source
   */
  readonly root?: string | undefined;
  /**
   * The size of the wanted content, in bytes: a source of another one has other content.
   * @default any
   */
  readonly size?: number | undefined;
  /**
   * The hasher of the pieces. It is not closed, and can serve many downloads.
   * @default a hasher of this download alone
   */
  readonly hasher?: PieceHasher | undefined;
  /**
   * Connections that are shared with other downloads. `keys`, `connect` and the limits of the pace are then
   * those of the pool.
   * @default a connection of this download alone to each source
   */
  readonly connections?: ConnectionPool | undefined;
  /**
   * Whether the file is synced to disk before it gets its name.
   * @default true
   */
  readonly sync?: boolean;
  /**
   * What is done if another file has the name already.
   * @default 'rename'
   */
  readonly existing?: Existing | undefined;
  /**
   * The highest rate of all sources together, in bytes per second, or a limit that other downloads share.
   * @default unlimited
   */
  readonly limitRate?: number | RateLimit | undefined;
  /**
   * Whether the pieces that have arrived are left in `into` when the download fails or is aborted, so
   * that a later download of the same content goes on with them, and whether this one goes on with
   * what an earlier one left. They are in the hidden folder `.peerlane` for 30 days after the last
   * write, and longer until the next download into that folder. Without, nothing is left.
   * @default true
   */
  readonly keepUnfinished?: boolean;
  /**
   * Where others find the pieces of this download while it runs, if it has a `root`: those of the library that
   * a server serves.
   * @default none: nobody gets a piece of it
   */
  readonly partials?: PartialFiles | undefined;
  /** Called as pieces are verified. */
  readonly onProgress?: ((progress: VerifiedProgress) => void) | undefined;
  /** Called when a source is no longer asked, with the reason. */
  readonly onLost?: ((source: S, error: Error) => void) | undefined;
  /** Called when a source has other content under the name, and is not asked. */
  readonly onOther?: ((source: S) => void) | undefined;
}

/** The name that a download is to be saved under. */
export function targetName({
  filename,
  entry,
  saveAs,
}: Pick<VerifiedDownloadOptions, 'filename' | 'entry' | 'saveAs'>): string {
  return saveAs ?? entry?.at(-1) ?? filename;
}

/** How far a download is. */
export interface VerifiedProgress extends DownloadProgress {
  /** How many sources send pieces just now. */
  readonly sources: number;
}

/** A file that was downloaded and verified. */
export interface VerifiedDownload extends Download {
  /** 64 hexadecimal digits. */
  readonly root: string;
  readonly manifest: Manifest;
  /** What was written, unless a file of the same content was there. */
  readonly written?: WrittenFile;
}
