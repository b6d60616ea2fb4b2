// What the pieces of a file are written into while a swarm fetches them.
import type { Part } from '../storage/unfinished-file.ts';

/** A file that pieces are written into. */
export interface PieceFile {
  /** Whether pieces may be in it already. */
  readonly resumed: boolean;
  /**
   * The order in which pieces are wanted.
   * @default any
   */
  readonly order?: PieceOrder;
  /** Writes bytes at a position. They must stay in place until it resolves. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /**
   * Lets a thread write some bytes by the descriptor, which stays open until it has. Works begin in the order
   * of the calls.
   *
   * @default none: there is no descriptor
   */
  readonly writeBy?: <T>(length: number, work: (fd: number) => Promise<T>) => Promise<T>;
  /** A second file, for parts that come from two sources; the caller discards it. */
  spare(): Promise<PieceFile>;
  /** Copies a part to the same position of another file. */
  copyTo(to: PieceFile, part: Part): Promise<void>;
  discard(): Promise<void>;
}

/** Pieces that are wanted one after the other. */
export interface PieceOrder {
  /** The piece that is wanted first: those before it are not fetched. */
  readonly first: number;
  /** Only pieces before this one are fetched for the time being. */
  readonly limit: number;
  /** Is called when `limit` has grown. */
  onGrown: (() => void) | undefined;
  /** A piece is verified, and all of it is written. */
  verified(piece: number): void;
}
