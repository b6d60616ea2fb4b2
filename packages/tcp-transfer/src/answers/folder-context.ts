// What the requests for folders are answered with.
import type { Clock } from '../clock.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { ManifestStore } from '../manifests/manifest-store.ts';
import type { PackBuffers } from '../folders/pack-buffers.ts';

/** What trees and packs are made with. */
export interface FolderContext {
  readonly manifests: ManifestStore;
  readonly hasher: PieceHasher;
  readonly packs: PackBuffers;
  readonly clock: Clock;
}
