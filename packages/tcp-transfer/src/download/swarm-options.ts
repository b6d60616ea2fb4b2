import type { PeerAddress } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import type { RemoteManifest } from './remote-manifest.ts';
import type { PeerConnection } from '../connection/peer-connection.ts';
import type { PieceFile } from './piece-file.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';

/** Someone who has the file. */
export interface Source {
  /** Its TCP address. */
  readonly address: PeerAddress;
  /** Which content it has, where it told: 64 hexadecimal digits. */
  readonly root?: string | undefined;
}

/** What a swarm fetches, and with what. */
export interface SwarmOptions {
  readonly filename: string;
  readonly manifest: RemoteManifest;
  readonly file: PieceFile;
  readonly hasher: PieceHasher;
  /** Whether something of the file may be there already. */
  readonly resumed: boolean;
  readonly clock: Clock;
  readonly connect: (source: Source) => Promise<PeerConnection>;
  /** Does something with the disk; what goes wrong is no source's fault. */
  readonly onDisk: <T>(work: Promise<T>) => Promise<T>;
  /** A source is asked no more: it failed, or sent what is not the file. */
  readonly onLost: (source: Source, error: Error) => void;
  /** A piece is there and right: so many bytes of the file are by now. */
  readonly onVerified: (bytes: number, sources: number) => void;
}
