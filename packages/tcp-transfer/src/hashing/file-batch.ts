// Many small files that are read in one hand-over to a thread, and what becomes of each.
import type { FilesInFolders } from './files-in-folders.ts';

/** Asks to read files whole: to compute their digests, or to put them into memory. */
export interface FileBatchRequest extends FilesInFolders {
  readonly work: 'read';
  /** Absolute, and without links: what is opened must lie at just the path of its folder and its name. */
  readonly folders: readonly string[];
  /** The folder that all of them must lie below, if another user may put another folder in its place. */
  readonly pin: { readonly path: string; readonly dev: bigint; readonly ino: bigint } | undefined;
  /** No larger file is read, in bytes. */
  readonly maxSize: number;
  /** Computes the digests of files; those of several pieces get the root over the digests of these. */
  readonly digest?: {
    /** The identities of the files whose digests are known, as in the answer; zeros for the others. */
    readonly known: Uint32Array;
    /** How long a piece is, in bytes. */
    readonly pieceLength: number;
  };
  /** Where the files are put instead. */
  readonly into?: FileMemory;
}

/** Where the files of a batch are put: each after a line that says its size. */
export interface FileMemory {
  /** In shared memory. */
  readonly memory: Uint8Array;
  /** How many bytes of files there may be; the lines have room beside them. */
  readonly room: number;
  /** What stands in a line before the size, and after it. */
  readonly line: readonly [before: string, after: string];
}

/** What became of one file of a batch. */
export const fileOutcomes = {
  /** It was read. */
  read: 0,
  /** It is the one whose identity is known, and was not read. */
  known: 1,
  /** There is none. */
  absent: 2,
  /** It has more bytes than are read. */
  large: 3,
  /** It does not fit into the memory any more. */
  full: 4,
  /** It must be opened by the rules for all files: a link, one that is being written to, or may not be read. */
  unclear: 5,
} as const;

/** How many words of 32 bits an identity has: `dev`, `ino`, `size`, `mtimeNs` and `ctimeNs` in 64 bits each. */
export const identityWords = 10;

/** How many bytes a SHA-256 has. */
export const digestBytes = 32;

/** What became of the files of a batch, in columns. */
export interface FileBatchAnswer {
  /** One of {@link fileOutcomes} for each. */
  readonly outcomes: Uint8Array;
  /** The sizes of those that were opened, in bytes. */
  readonly sizes: Float64Array;
  /** With digests: what tells the content of each that was opened from another. */
  readonly identities: Uint32Array;
  /** When each was last changed, in milliseconds since 1970. */
  readonly mtimes: Float64Array;
  /** Whether the owner of each may execute it: 1 if so. */
  readonly execs: Uint8Array;
  /** The digest of each that was read. */
  readonly digests: Uint8Array;
  /** With memory: where each that was put there ends. */
  readonly ends: Uint32Array;
}
