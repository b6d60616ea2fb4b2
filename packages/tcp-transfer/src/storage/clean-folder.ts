// What is left of downloads in a folder, for a person: listed, and removed.
import { HeldFolder } from '../paths/held-folder.ts';
import { heldIn } from './download-folder.ts';
import { openHiddenFolder, removeHiddenFolder } from '../leftovers/hidden-folder.ts';
import {
  filesIn,
  namesIn,
  removeFrom,
  type LeftFile,
  type NamedFile,
} from '../leftovers/left-files.ts';
import { Ownership } from '../leftovers/ownership.ts';

/**
 * Lists the unfinished files in a download folder that no process writes to, the newest first. Those of
 * other users are not among them.
 */
export async function leftFiles(path: string): Promise<LeftFile[]> {
  await using folder = await HeldFolder.open(path).catch(() => undefined);
  await using hidden = folder && (await openHiddenFolder(folder, new Ownership()));
  if (!folder || !hidden) return [];
  return (await filesIn(hidden, heldIn(folder))).map(withoutName);
}

/**
 * Removes the unfinished files in a download folder that no process writes to: downloads of these begin
 * anew then.
 *
 * @returns those that were removed
 */
export async function removeLeftFiles(path: string): Promise<LeftFile[]> {
  await using folder = await HeldFolder.open(path).catch(() => undefined);
  await using hidden = folder && (await openHiddenFolder(folder, new Ownership()));
  if (!folder || !hidden) return [];
  const removed = await removeFrom(hidden, await filesIn(hidden, heldIn(folder)));
  if ((await namesIn(hidden)).length === 0) await removeHiddenFolder(folder, hidden);
  return removed.map(withoutName);
}

function withoutName({ bytes, changed }: NamedFile): LeftFile {
  return { bytes, changed };
}
