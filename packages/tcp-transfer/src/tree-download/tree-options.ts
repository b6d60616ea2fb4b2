// The options, the progress and the result of the download of a whole folder.
import type { TreePath } from '@peerlane/protocol';
import type { RateLimit } from '../connection/rate-limit.ts';
import type { PeerConnectionOptions } from '../connection/stream-reader.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { Existing } from '../storage/place-file.ts';
import type { Source } from '../swarm/swarm-options.ts';

/** The options of `downloadTree`. */
export interface TreeDownloadOptions<S extends Source = Source> extends PeerConnectionOptions {
  /**
   * The peers that may have the folder, all speaking version 2; their `root` is that of the tree. An async
   * iterable may yield more of them meanwhile. The first that lists the folder decides what is in it.
   */
  readonly sources: AsyncIterable<S> | Iterable<S>;
  /** The name of the folder that the sources are asked for. */
  readonly folder: string;
  /** The folder that it is written into, which must exist. */
  readonly into: string;
  /**
   * The name to save it under.
   * @default the last part of `folder`
   */
  readonly saveAs?: string | undefined;
  /** The root of the wanted tree: then nothing is written before the whole tree was compared with it. */
  readonly root?: string | undefined;
  /**
   * With `root`: how many bytes the files of the tree have together. One of another size is another tree.
   * @default any
   */
  readonly size?: number | undefined;
  /**
   * With `root`: how many files the tree has. One of another number is another tree.
   * @default any
   */
  readonly files?: number | undefined;
  /** @default a hasher of this download alone */
  readonly hasher?: PieceHasher | undefined;
  /**
   * Whether files and names are synced to disk.
   * @default true
   */
  readonly sync?: boolean;
  /**
   * What is done with a file of other content that has the name of an entry: the download gets another
   * name, replaces it, or is left out: silently by `skip`, as a problem by `refuse`.
   * @default 'rename'
   */
  readonly existing?: Existing | 'skip' | undefined;
  /**
   * The highest rate of all sources together, in bytes per second, or a limit that it shares with other
   * downloads.
   * @default unlimited
   */
  readonly limitRate?: number | RateLimit | undefined;
  /** Called as the folder comes. */
  readonly onProgress?: ((progress: TreeProgress) => void) | undefined;
  /** Called when an entry cannot be had, with the reason; safe to print but for the path. */
  readonly onProblem?: ((problem: TreeProblem) => void) | undefined;
  /** Called when a source is no longer asked, with the reason. */
  readonly onLost?: ((source: S, error: Error) => void) | undefined;
  /**
   * Called when a source has another tree under the name, and is not asked any more. Without a wanted `root`
   * at most eight sources list their trees beside the download to be compared, and are waited for two seconds
   * in the end.
   */
  readonly onOther?: ((source: S, tree: OtherTree<S>) => void) | undefined;
}

/** Another tree than the one that is downloaded. */
export interface OtherTree<S extends Source = Source> {
  /** Its root: 64 hexadecimal digits. */
  readonly root: string;
  /** The size of all of its files in bytes, if it was listed. */
  readonly size?: number;
  /** The source that listed the tree that is downloaded, if both were listed. */
  readonly instead?: S;
}

/** How far the download of a folder is. */
export interface TreeProgress {
  /** How many files are done: fetched, or there already. */
  readonly files: number;
  /** How many files are listed so far. */
  readonly listedFiles: number;
  /** How many bytes of files are done or have come. */
  readonly received: number;
  /** How many bytes are listed so far. */
  readonly listedBytes: number;
  /** Whether the whole tree is listed. */
  readonly isListed: boolean;
  /** How many sources send just now. */
  readonly sources: number;
}

/** An entry that could not be had. */
export interface TreeProblem {
  /** Data from the network: not safe to print. */
  readonly path: TreePath;
  /**
   * `omitted`: the holder does not send it; `bad-name`: it cannot have that name here; `clash`: another
   * entry has the same name but for case or the form of letters; `exists`: something else has its name;
   * `changed`: it changed while it was fetched; `gone`: it is there no more; `disk`: it cannot be written.
   */
  readonly kind: 'omitted' | 'bad-name' | 'clash' | 'exists' | 'changed' | 'gone' | 'disk';
  /** For people, safe to print: "a symbolic link". */
  readonly reason: string;
}

/** A folder that was downloaded, but for what `onProblem` was told. */
export interface TreeDownload {
  readonly path: string;
  /** The root of the tree: 64 hexadecimal digits. */
  readonly root: string;
  /** What is there now. */
  readonly files: number;
  readonly folders: number;
  /** In bytes. */
  readonly size: number;
  /** What had to be fetched of it. */
  readonly fetchedFiles: number;
  readonly fetchedBytes: number;
  /**
   * How many files of other content had the name of one in the folder, and what `existing` says was done:
   * the download has another name, has replaced the file, or was left out. Those of `refuse` are problems.
   */
  readonly otherFiles: number;
  /** How many entries could not be had. */
  readonly problems: number;
}
