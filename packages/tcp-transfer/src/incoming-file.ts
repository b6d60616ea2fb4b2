import { randomBytes } from 'node:crypto';
import { link, open, rm, type FileHandle } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { cutText, maxFileNameBytes } from '@peerlane/protocol';
import { sameContent } from './same-content.ts';

/** Where a download ended up. */
export interface SavedFile {
  readonly path: string;
  /** False where a file of that name with the same content was there before and was left alone. */
  readonly created: boolean;
}

/**
 * A file on its way in: written under a hidden name of its own, put in its place only when it is
 * whole, and never over another file.
 */
export class IncomingFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(folder: string, path: string, handle: FileHandle) {
    this.#folder = folder;
    this.#path = path;
    this.#handle = handle;
  }

  /** @throws the system's error where the folder cannot be written to */
  static async create(folder: string): Promise<IncomingFile> {
    const path = join(folder, `.peerlane-${randomBytes(8).toString('hex')}.part`);
    return new IncomingFile(folder, path, await open(path, 'wx'));
  }

  /** Appends bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    let left = bytes;
    while (left.length > 0) {
      const { bytesWritten } = await this.#handle.write(left);
      left = left.subarray(bytesWritten);
    }
  }

  /**
   * Puts the file in its place, as `name`, or where other content has that name as `name (1)`,
   * `name (2)`, … before the extension. `name` must have passed `checkFileName`.
   */
  async complete(name: string): Promise<SavedFile> {
    await this.#handle.sync();
    await this.#handle.close();
    try {
      for (let number = 0; ; number += 1) {
        const path = join(this.#folder, numberedName(name, number));
        if (await linkNew(this.#path, path)) return { path, created: true };
        if (await sameContent(this.#path, path)) return { path, created: false };
      }
    } finally {
      await rm(this.#path, { force: true });
    }
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#path, { force: true });
  }
}

/** The name for the n-th file of one name: `report.pdf`, `report (1).pdf`, … */
export function numberedName(name: string, number: number): string {
  if (number === 0) return name;
  const extension = extname(name);
  const suffix = ` (${number})${extension}`;
  const stem = name.slice(0, name.length - extension.length);
  return cutText(stem, maxFileNameBytes - Buffer.byteLength(suffix)) + suffix;
}

/** Gives a file a second name, unless that name is taken. */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
