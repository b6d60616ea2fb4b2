// What the requests for folders are answered with.
import type { Clock } from '../clock.ts';
import type { FolderWork } from '../folders/folder-work.ts';
import type { ManifestStore } from '../manifests/manifest-store.ts';

/** What trees and packs are made with. */
export interface FolderContext {
  readonly manifests: ManifestStore;
  readonly work: FolderWork;
  /** For whom the work is done: one among equals. */
  readonly owner: unknown;
  readonly clock: Clock;
}
