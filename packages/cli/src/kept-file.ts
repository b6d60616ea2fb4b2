// The file that --skip-existing keeps in place of a download: not one that another user could exchange,
// nor one of another content than was asked for.
import { lstat, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { HeldFolder, mayChange, TransferError, type Manifests } from '@peerlane/tcp-transfer';
import { SharedFiles } from './shared-files.ts';

/** What a file that is kept must be. */
export interface Kept {
  readonly path: string;
  /** Its content's, as 64 hexadecimal digits, where that matters. */
  readonly root: string | undefined;
  readonly manifests: Manifests;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks for a file that is kept.
 *
 * @returns its size in bytes; `undefined` where there is none
 * @throws TransferError `exists` where what is there cannot be kept; the reason of an aborted `signal`
 */
export async function keptFile(kept: Kept): Promise<number | undefined> {
  const { path, root } = kept;
  await using folder = await HeldFolder.open(dirname(path)).catch(() => undefined);
  if (!folder) return undefined;
  const at = folder.at(basename(path));
  const itself = await lstat(at).catch(() => undefined);
  const there = await stat(at).catch(() => undefined);
  if (!itself || !there) return undefined;
  const taken = `${path} is there already, and `;
  if (mayChange(itself, folder) || mayChange(there, folder))
    throw new TransferError('exists', `${taken}another user may change it`);
  if (root !== undefined && (await rootOf(at, kept)) !== root)
    throw new TransferError('exists', `${taken}has other content`);
  return there.size;
}

async function rootOf(at: string, { manifests, signal }: Kept): Promise<string | undefined> {
  const files = await SharedFiles.open([at]).catch(() => undefined);
  const file = await files?.openFile(basename(at));
  if (!file) return undefined;
  try {
    return (await manifests.of(file, signal && { signal }))?.root;
  } finally {
    await file.handle.close();
  }
}
