// The file that is kept in place of a download: none that another user could exchange, and none of
// other content than was asked for.
import { lstat, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { ManifestStore } from '../manifests/manifest-store.ts';
import { HeldFolder } from '../paths/held-folder.ts';
import { SharedFiles } from '../sharing/shared-files.ts';
import { mayChange } from '../leftovers/ownership.ts';
import { TransferError } from '../transfer-error.ts';

/** What a file that is kept must be. */
export interface KeptFile {
  readonly path: string;
  /**
   * Which content it must have: 64 hex digits.
   * @default any
   */
  readonly root?: string | undefined;
  /** Make the manifest by which its content is known. */
  readonly manifests: ManifestStore;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks for a file that is to be kept in place of a download.
 *
 * @returns its size in bytes; `undefined` if there is none
 * @throws TransferError `exists` if the file that is there cannot be kept, `changed` if it is being
 * written to; the system's error if it cannot be read; the reason of an aborted `signal`
 */
export async function keptFile(kept: KeptFile): Promise<number | undefined> {
  const { path, root } = kept;
  await using folder = await HeldFolder.open(dirname(path)).catch(() => undefined);
  if (!folder) return undefined;
  const at = folder.at(basename(path));
  const itself = await lstat(at).catch(() => undefined);
  const there = await stat(at).catch(() => undefined);
  if (!itself || !there) return undefined;
  const taken = `${path} already exists, and `;
  if (!there.isFile()) throw new TransferError('exists', `${taken}is not a file`);
  if (mayChange(itself, folder) || mayChange(there, folder))
    throw new TransferError('exists', `${taken}another user may change it`);
  if (root !== undefined && (await rootOf(at, kept)) !== root)
    throw new TransferError('exists', `${taken}has other content`);
  return there.size;
}

async function rootOf(at: string, { manifests, signal }: KeptFile): Promise<string | undefined> {
  await using files = await SharedFiles.open([at]).catch(() => undefined);
  const file = await files?.openFile(basename(at));
  if (!file) return undefined;
  try {
    return (await manifests.of(file, signal && { signal }))?.root;
  } finally {
    await file.handle.close();
  }
}
