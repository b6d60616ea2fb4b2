// What the attempts at a folder share.
import type { Clock } from '../clock.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import type { RateLimit } from '../connection/rate-limit.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { Source } from '../swarm/swarm-options.ts';
import type { TreeSummary } from '../trees/remote-tree.ts';
import type { TreeTarget } from '../tree-target/tree-target.ts';
import type { PackBuffers } from './pack-buffers.ts';
import type { TreeDownloadOptions } from './tree-options.ts';
import type { TreeSources } from './tree-sources.ts';
import type { TreeTally } from './tree-tally.ts';

/** What all attempts of a download share. */
export interface TreeContext<S extends Source> {
  readonly options: TreeDownloadOptions<S>;
  readonly sources: TreeSources<S>;
  readonly target: TreeTarget;
  readonly hasher: PieceHasher;
  readonly limit: RateLimit | undefined;
  readonly tally: TreeTally;
  readonly buffers: PackBuffers;
  readonly clock: Clock;
  /** Aborted when the download is. */
  readonly signal: AbortSignal;
  /** Connects to a source until a signal, or that of the download, is aborted. */
  readonly connect: (source: S, signal: AbortSignal) => Promise<PeerConnection>;
  /** Whether a source may have a tree; one that has another is not asked any more. */
  readonly accepts: (source: S, root: string | undefined) => boolean;
  /** Reads the whole tree of a source, until a signal is aborted. */
  readonly summaryOf: (source: S, signal: AbortSignal) => Promise<TreeSummary>;
}
