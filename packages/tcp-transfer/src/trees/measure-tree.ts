// The root and the size of a folder that is served, as others would list it.
import { TreeDecoder, type TreeOmission } from '@peerlane/protocol';
import { systemClock, type Clock } from '../clock.ts';
import { FolderWork } from '../folders/folder-work.ts';
import { pathRoom } from '../folders/line-length.ts';
import { TreeLines } from '../folders/tree-lines.ts';
import { TreeWalk } from '../folders/tree-walk.ts';
import type { ManifestStore } from '../manifests/manifest-store.ts';
import type { ServedFolder } from '../sharing/served-folders.ts';
import { TreeHash } from './tree-hash.ts';

/** How many entries are looked at together. */
const entriesAtOnce = 64;

/** What a folder is measured with. */
export interface MeasureTreeOptions {
  readonly manifests: ManifestStore;
  readonly signal?: AbortSignal | undefined;
  /** Called as files are hashed, with how many there were so far. */
  readonly onProgress?:
    ((progress: { readonly files: number; readonly bytes: number }) => void) | undefined;
  /** Called for each entry that clients learn of and cannot have. */
  readonly onOmitted?: ((entry: TreeOmission) => void) | undefined;
  /**
   * That of the library that is served: then what was hashed here is not hashed again for a client.
   * @default none is shared
   * @internal
   */
  readonly folderWork?: FolderWork;
  /** @default the clock of this machine */
  readonly clock?: Clock;
}

/** What there is in a folder. */
export interface TreeMeasure {
  /** The root of the tree: 64 hexadecimal digits. */
  readonly root: string;
  /** What its files have together, in bytes. */
  readonly size: number;
  readonly files: number;
}

/**
 * Reads a folder that is served, and computes the root that a client finds which lists it.
 *
 * @param filename the name by which clients ask for it
 * @throws the reason of an aborted `signal`; the system's error if no file can be opened
 * @see docs/protocol.md, "Tree"
 */
export async function measureTree(
  folder: ServedFolder,
  filename: string,
  { manifests, signal, onProgress, onOmitted, ...options }: MeasureTreeOptions,
): Promise<TreeMeasure> {
  const { folderWork: work = new FolderWork(), clock = systemClock } = options;
  const walk = new TreeWalk(folder, undefined, pathRoom(filename));
  const lines = new TreeLines({ folder, manifests, clock, work, owner: walk });
  const hash = new TreeHash();
  let [files, size] = [0, 0];
  try {
    const next = (): ReturnType<TreeWalk['next']> => walk.next(entriesAtOnce);
    for (let entries = await next(); entries.length > 0; entries = await next()) {
      for (const made of await lines.of(entries)) {
        const line = await made;
        // One that is gone has no line.
        for (const entry of line ? new TreeDecoder().push(Buffer.from(line)) : []) {
          hash.add(entry);
          if (entry.kind === 'omitted') onOmitted?.(entry);
          if (entry.kind !== 'file') continue;
          files += 1;
          size += entry.size;
        }
      }
      signal?.throwIfAborted();
      onProgress?.({ files, bytes: size });
    }
  } finally {
    lines.close();
  }
  return { root: hash.root, size, files };
}
