// What the attempts of a verified download share.
import type { Clock } from '../clock.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { DownloadFolder } from '../storage/download-folder.ts';
import type { Part, UnfinishedFile } from '../storage/unfinished-file.ts';
import type { OrderedOutput } from '../swarm/ordered-output.ts';
import type { Source } from '../swarm/swarm-options.ts';
import type { ChangedSources } from '../sources/changed-sources.ts';
import type { Sources } from '../sources/sources.ts';
import type { VerifiedDownloadOptions } from './verified-options.ts';

/** What all attempts of a download share. */
export interface AttemptContext<S extends Source> {
  readonly options: VerifiedDownloadOptions<S>;
  /** The folder that the file is written to, or the output that gets it in order. */
  readonly target: DownloadFolder | OrderedOutput;
  /** Its path, to show to users. */
  readonly path: string;
  readonly hasher: PieceHasher;
  readonly sources: Sources<S>;
  readonly clock: Clock;
  /** Aborted when the download is. */
  readonly signal: AbortSignal;
  /** Connects to a source until a signal, or that of the download, is aborted. */
  readonly connect: (source: S, signal: AbortSignal) => Promise<PeerConnection>;
  readonly onDisk: <T>(work: Promise<T>) => Promise<T>;
  /** Whether a source may have a content. */
  readonly accepts: (source: S, root: string) => boolean;
  readonly changed: ChangedSources<S>;
  /** A file was closed, or is gone. Its verified parts are known unless an earlier download left some. */
  readonly onLeft: (file: UnfinishedFile, verified: readonly Part[] | undefined) => void;
  /** @param own the root that the source claimed, if the manifest was its own */
  readonly onLost: (source: S, error: Error, own?: { readonly root?: string | undefined }) => void;
}
