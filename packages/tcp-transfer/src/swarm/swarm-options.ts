// The options of a swarm.
import type { PeerAddress } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { PieceFile } from './piece-file.ts';
import type { RemoteManifest } from './remote-manifest.ts';
import type { RequestedFile } from '../requests/requested-file.ts';

/** A peer that has the file. */
export interface Source {
  /** Its TCP address. */
  readonly address: PeerAddress;
  /** Which content it has, if it said so: 64 hexadecimal digits. */
  readonly root?: string | undefined;
  /**
   * Whether it may still be getting the file itself: then it is asked which pieces it has.
   * @default false: it has the whole file
   */
  readonly partial?: boolean | undefined;
}

/** The options of a `Swarm`. */
export interface SwarmOptions<S extends Source = Source> {
  /** Which file the sources are asked for. */
  readonly requested: RequestedFile;
  readonly manifest: RemoteManifest;
  readonly file: PieceFile;
  readonly hasher: PieceHasher;
  readonly clock: Clock;
  /** Connects to a source until a signal is aborted. */
  readonly connect: (source: S, signal: AbortSignal) => Promise<PeerConnection>;
  /** Waits for work on the disk; its failures are not the fault of a source. */
  readonly onDisk: <T>(work: Promise<T>) => Promise<T>;
  /** Called when a source is no longer asked: it failed, or sent something else than the file. */
  readonly onLost: (source: S, error: Error) => void;
  /** Called with each piece that is verified, and all of which is written. */
  readonly onPiece?: ((piece: number) => void) | undefined;
  /**
   * A number from 0 up to 1, from which the place is chosen where a run begins while sources get pieces
   * from each other.
   * @default Math.random
   */
  readonly random?: () => number;
  /** Called when a piece is verified, with the number of bytes verified so far. */
  readonly onVerified: (bytes: number, sources: number) => void;
}
