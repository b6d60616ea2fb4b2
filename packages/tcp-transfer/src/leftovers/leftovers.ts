// The unfinished files that earlier processes left: which are removed, and which are gone on with.
import type { BigIntStats, Stats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { pause } from '../async.ts';
import type { Clock } from '../clock.ts';
import { HeldFolder } from '../paths/held-folder.ts';
import { readFlags } from '../paths/same-content.ts';
import { silentAfter } from './heartbeat.ts';
import { openHiddenFolder, removeHiddenFolder } from './hidden-folder.ts';
import { removeOldDigests } from './old-digests.ts';
import { Ownership } from './ownership.ts';
import { namesIn, removeOldest } from './left-files.ts';
import { livenessOf, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import {
  copierOf,
  fits,
  isAbandoned,
  isSameProcess,
  keyInName,
  ownerOf,
  stateOf,
  unfinishedName,
  type UnfinishedKey,
} from './unfinished-name.ts';
import { unlink } from './while-busy.ts';

/** How long an unfinished file with a key is kept after the last write, in milliseconds: 30 days. */
const keptFor = 30 * 24 * 60 * 60 * 1000;

/** Whether a file was placed already: its process was killed before it could remove the hidden name. */
export function isPlaced({ nlink }: Stats): boolean {
  return nlink > 1;
}

/**
 * Removes the unfinished files that killed processes have left in a download folder. Files of running
 * processes stay, also if several nodes download into one folder.
 *
 * @returns how many files were removed
 */
export async function clearUnfinished(path: string): Promise<number> {
  const folder = await HeldFolder.open(path).catch(() => undefined);
  try {
    return folder ? await clearLeftovers(folder, new Ownership(), undefined) : 0;
  } finally {
    await folder?.close();
  }
}

/**
 * The same as {@link clearUnfinished}, for a folder that is open.
 *
 * @param held the names of the unfinished files that this process is writing, if they are known
 */
export async function clearLeftovers(
  folder: HeldFolder,
  ownership: Ownership,
  held: ReadonlySet<string> | undefined,
): Promise<number> {
  const copies = await clearIn(folder, copierOf);
  await using hidden = await openHiddenFolder(folder, ownership);
  if (!hidden) return copies.removed;
  await removeOldDigests(hidden, ownership);
  const { removed, kept } = await clearIn(hidden, ownerOf);
  if (kept === 0) await removeHiddenFolder(folder, hidden);
  else await removeOldest(hidden, held);
  return copies.removed + removed;
}

async function clearIn(
  folder: HeldFolder,
  processOf: typeof ownerOf,
): Promise<{ readonly removed: number; readonly kept: number }> {
  const names = await namesIn(folder);
  let removed = 0;
  for (const name of names) {
    if (!(await isLeftOver(folder, name, processOf(name)))) continue;
    await unlink(folder.at(name)).catch(() => undefined);
    removed += 1;
  }
  return { removed, kept: names.length - removed };
}

/**
 * Whether an earlier download into a folder has left something that a later one can go on with. Another
 * user of the folder has other leftovers.
 */
export async function hasUnfinished(path: string): Promise<boolean> {
  await using folder = await HeldFolder.open(path).catch(() => undefined);
  await using hidden = folder && (await openHiddenFolder(folder, new Ownership()));
  return !!hidden && (await namesIn(hidden)).some((name) => keyInName(name) !== undefined);
}

async function isLeftOver(
  folder: HeldFolder,
  name: string,
  owner: ProcessIdentity | undefined,
): Promise<boolean> {
  const self = ownIdentity();
  // The files of this process are still being written.
  if (!owner || isSameProcess(owner, self)) return false;
  const status = await lstat(folder.at(name)).catch(() => undefined);
  const untouched = Date.now() - (status?.mtimeMs ?? 0);
  if (!status || !isAbandoned(owner, self, untouched, livenessOf)) return false;
  return keyInName(name) === undefined || untouched >= keptFor || isPlaced(status);
}

/** By which clock files are watched, and until when. */
export interface Watching {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The unfinished files of a key in a hidden folder that no process writes to any more. Where that cannot
 * be seen, those that were touched a moment ago are watched for a few seconds.
 *
 * @param held the names of those that this process is writing
 * @returns their names, those of known content first
 * @throws the reason of an aborted signal
 */
export async function resumable(
  hidden: HeldFolder,
  key: UnfinishedKey,
  held: ReadonlySet<string>,
  watching: Watching,
): Promise<string[]> {
  const self = ownIdentity();
  const free: string[] = [];
  const unknown: string[] = [];
  for (const name of await namesIn(hidden)) {
    const owner = ownerOf(name);
    if (!owner || !fits(keyInName(name), key)) continue;
    const status = await lstat(hidden.at(name)).catch(() => undefined);
    if (!status?.isFile() || isPlaced(status)) continue;
    if (isSameProcess(owner, self)) {
      if (!held.has(name)) free.push(name);
      continue;
    }
    const state = stateOf(owner, self, livenessOf);
    if (state !== 'running') (state === 'ended' ? free : unknown).push(name);
  }
  free.push(...(await untouched(hidden, unknown, watching)));
  const isOfContent = (name: string): boolean => keyInName(name)?.root !== undefined;
  return [...free.filter(isOfContent), ...free.filter((name) => !isOfContent(name))];
}

/** Those of some files that nobody touches. */
async function untouched(
  hidden: HeldFolder,
  names: readonly string[],
  { clock, signal }: Watching,
): Promise<string[]> {
  if (names.length === 0) return [];
  const now = await diskTime(hidden).catch(() => undefined);
  const before = await Promise.all(names.map((name) => look(hidden, name)));
  const ages = before.map((found) => (found && now ? Number(now - found.ctimeNs) / 1e6 : 0));
  const youngest = Math.min(...ages);
  if (youngest < silentAfter) await pause(clock, silentAfter - Math.max(0, youngest), signal);
  signal?.throwIfAborted();
  const after = await Promise.all(names.map((name) => look(hidden, name)));
  return names.filter((_, at) => isUntouched(before[at], after[at]));
}

function isUntouched(before: BigIntStats | undefined, after: BigIntStats | undefined): boolean {
  return after?.ctimeNs === before?.ctimeNs && after?.mtimeNs === before?.mtimeNs && !!after;
}

/** The status of a file, which is opened for it: network disks remember that of a name for a while. */
async function look(folder: HeldFolder, name: string): Promise<BigIntStats | undefined> {
  try {
    await using handle = await open(folder.at(name), readFlags);
    return await handle.stat({ bigint: true });
  } catch {
    return undefined;
  }
}

/** What time it is by the clock of a disk, which may be that of another machine. */
async function diskTime(folder: HeldFolder): Promise<bigint | undefined> {
  const name = unfinishedName(ownIdentity());
  await using handle = await open(folder.at(name), 'wx');
  const { ctimeNs } = await handle.stat({ bigint: true });
  await unlink(folder.at(name)).catch(() => undefined);
  return ctimeNs;
}
