import { randomBytes } from 'node:crypto';
import type { BigIntStats, Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { HeldFolder } from '../paths/held-folder.ts';
import { unlink } from './while-busy.ts';

/** Says of folders whether they are this user's alone. */
export class Ownership {
  /** How the disk shows what only we can have made; looked at once. */
  #made: Promise<BigIntStats | undefined> | undefined;

  /**
   * Whether a folder in a folder is ours, and nobody else may write to it: another user could change
   * a file there after it was verified.
   *
   * Some disks keep neither owners nor modes: FAT, drives of Windows in WSL, folders shared with a
   * virtual machine. Nothing can be proven there, and everybody may change everything anyway.
   *
   * @param inner what was opened, not what stood at a path
   */
  async isOwn(inner: BigIntStats, folder: HeldFolder): Promise<boolean> {
    const self = process.geteuid?.();
    // Windows has no user ids.
    if (self === undefined) return true;
    // What was made in a folder is on the disk of the folder.
    if (inner.dev !== folder.status.dev) return false;
    if (isPrivate(inner, self)) return true;
    // Where no owners are kept, all that is there has the same one.
    if (inner.uid !== folder.status.uid) return false;
    const made = await (this.#made ??= makeFile(folder).catch(() => undefined));
    return made?.dev === inner.dev && made.uid === inner.uid && !isPrivate(made, self);
  }
}

/**
 * Whether somebody may change a file who may not replace it: in a folder like /tmp, where many may
 * make files and each remove only their own, a file of another user.
 */
export function mayChange({ uid }: Pick<Stats, 'uid'>, folder: HeldFolder): boolean {
  const self = process.geteuid?.();
  if (self === undefined || [self, 0, Number(folder.status.uid)].includes(uid)) return false;
  const isOpen = (folder.status.mode & 0o022n) !== 0n;
  const isSticky = (folder.status.mode & 0o1000n) !== 0n;
  return !isOpen || isSticky;
}

function isPrivate({ uid, mode }: BigIntStats, self: number): boolean {
  return uid === BigInt(self) && (mode & 0o022n) === 0n;
}

/** Makes a file that is ours alone, and says how the disk shows it. */
async function makeFile(folder: HeldFolder): Promise<BigIntStats> {
  const path = folder.at(`.peerlane-${randomBytes(8).toString('hex')}`);
  const handle = await open(path, 'wx', 0o600);
  try {
    return await handle.stat({ bigint: true });
  } finally {
    await handle.close();
    await unlink(path).catch(() => undefined);
  }
}
