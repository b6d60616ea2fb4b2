// Removes the digests that earlier versions kept in the hidden folder of a shared folder.
import { readdir } from 'node:fs/promises';
import type { HeldFolder } from '../paths/held-folder.ts';
import { entriesFolder, isEntryName } from './entry-name.ts';
import { openOwn } from './hidden-folder.ts';
import type { Ownership } from './ownership.ts';
import { rmdir, unlink } from './while-busy.ts';

/**
 * Removes the old digests in a hidden folder, which nothing reads any more, and their folder if nothing
 * else is in it. Those in a folder that others may write to stay.
 */
export async function removeOldDigests(hidden: HeldFolder, ownership: Ownership): Promise<void> {
  await using old = await openOwn(hidden, entriesFolder, ownership);
  if (!old) return;
  for (const name of (await readdir(old.anchor)).filter(isEntryName))
    await unlink(old.at(name)).catch(() => undefined);
  await rmdir(hidden.at(entriesFolder)).catch(() => undefined);
}
