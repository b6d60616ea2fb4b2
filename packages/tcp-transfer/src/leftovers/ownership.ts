// Whether folders and files are this user's alone, or may be changed by others.
import { randomBytes } from 'node:crypto';
import type { BigIntStats, Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { HeldFolder } from '../paths/held-folder.ts';
import { unlink } from './while-busy.ts';

/** Finds out whether folders are this user's alone. */
export class Ownership {
  /** How the disk shows a file that only this user can have made; looked up once. */
  #made: Promise<BigIntStats | undefined> | undefined;

  /**
   * Whether a folder in a folder is this user's, and nobody else may write to it: another user could
   * change a file there after it was verified.
   *
   * Some disks keep neither owners nor modes: FAT, drives of Windows in WSL, folders shared with a
   * virtual machine. Nothing can be proven there, and every user may change everything anyway.
   *
   * @param inner the status of the folder that was opened, not of a path
   */
  async isOwn(inner: BigIntStats, folder: HeldFolder): Promise<boolean> {
    const self = process.geteuid?.();
    // Windows has no user ids.
    if (self === undefined) return true;
    // A folder that was made in a folder is on the same disk.
    if (inner.dev !== folder.status.dev) return false;
    if (isPrivate(inner, self)) return true;
    // On a disk without owners, every entry shows the same one.
    if (inner.uid !== folder.status.uid) return false;
    const made = await (this.#made ??= makeFile(folder).catch(() => undefined));
    return made?.dev === inner.dev && made.uid === inner.uid && !isPrivate(made, self);
  }
}

/**
 * Whether a file belongs to a user who could change it without being able to replace it, as in /tmp:
 * there every user may make files, and remove only their own.
 */
export function mayChange({ uid }: Pick<Stats, 'uid'>, folder: HeldFolder): boolean {
  return trustedOwners(folder)?.includes(uid) === false;
}

/** The users whose files in a folder are trusted; `undefined` if all are. */
export function trustedOwners(folder: HeldFolder): readonly number[] | undefined {
  const self = process.geteuid?.();
  if (self === undefined) return undefined;
  const isOpen = (folder.status.mode & 0o022n) !== 0n;
  const isSticky = (folder.status.mode & 0o1000n) !== 0n;
  return !isOpen || isSticky ? [self, 0, Number(folder.status.uid)] : undefined;
}

function isPrivate({ uid, mode }: BigIntStats, self: number): boolean {
  return uid === BigInt(self) && (mode & 0o022n) === 0n;
}

/** Makes a file that is this user's alone, and returns how the disk shows it. */
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
