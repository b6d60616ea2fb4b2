// The file that is in place of a download already: hashed here, instead of being fetched a second time.
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { DownloadFolder } from '../storage/download-folder.ts';
import { mayChange } from '../leftovers/ownership.ts';
import { exists, numberedName, type Placing } from '../storage/place-file.ts';
import { readFlags } from '../paths/same-content.ts';
import { PieceLayout } from '../swarm/piece-layout.ts';
import type { RemoteManifest } from '../swarm/remote-manifest.ts';
import { verifyPiece } from '../swarm/verify-piece.ts';

/** Where a file of the wanted content may be, and what it is compared with. */
export interface PlacedBeforeOptions extends Pick<Placing, 'name' | 'existing'> {
  readonly folder: DownloadFolder;
  readonly manifest: RemoteManifest;
  readonly hasher: PieceHasher;
  readonly signal: AbortSignal;
  /** Called before a file of the right size is hashed, which may take a while. */
  readonly onHashing: () => void;
}

/**
 * Finds the file that `placeFile` would keep in place of a finished download, or would replace by one of
 * the same content. Only a file of the right size is read, up to the first piece that differs.
 *
 * @returns its name; `undefined` if there is none
 * @throws what {@link RemoteManifest.digest} throws; the reason of an aborted `signal`
 */
export async function placedBefore(options: PlacedBeforeOptions): Promise<string | undefined> {
  const { name, existing = 'rename', folder } = options;
  if (existing === 'refuse') return undefined;
  for (let number = 0; ; number += 1) {
    const numbered = numberedName(name, number);
    if (await isContent(numbered, options)) return numbered;
    if (existing === 'replace' || !(await exists(folder.held.at(numbered)))) return undefined;
  }
}

async function isContent(name: string, options: PlacedBeforeOptions): Promise<boolean> {
  const { folder, manifest, onHashing } = options;
  const handle = await open(folder.held.at(name), readFlags).catch(() => undefined);
  if (!handle) return false;
  try {
    const status = await handle.stat();
    if (!status.isFile() || status.size !== manifest.size) return false;
    if (mayChange(status, folder.held)) return false;
    onHashing();
    return await matches(handle, options);
  } finally {
    await handle.close();
  }
}

/** Whether every piece of an open file is that of the manifest. */
async function matches(
  { fd }: FileHandle,
  { manifest, hasher, signal }: PlacedBeforeOptions,
): Promise<boolean> {
  const layout = new PieceLayout(manifest);
  let next = 0;
  let isSame = true;
  const lane = async (): Promise<void> => {
    while (next < layout.count && isSame) {
      signal.throwIfAborted();
      const piece = next;
      next += 1;
      const { offset, length } = layout.partOf(piece);
      // A file that cannot be read, or became shorter, is not the wanted one.
      const digest = await hasher.hash(fd, offset, length).catch(() => undefined);
      if (!digest || !(await verifyPiece(piece, digest, manifest))) isSame = false;
    }
  };
  const lanes = Array.from({ length: hasher.threads }, async () => {
    try {
      await lane();
    } catch (error) {
      isSame = false;
      throw error;
    }
  });
  // The descriptor is in use until all of them have ended.
  for (const result of await Promise.allSettled(lanes))
    if (result.status === 'rejected') throw result.reason;
  return isSame;
}
