// Reads the files of a pack into memory.
import { encodePackLine, maxPackBytes, type TreePath } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import type { ServedFolder } from '../sharing/served-folders.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { isEntryPath } from './entry-path.ts';
import { openSoon } from './open-soon.ts';

/** A file of a pack: its line and its content. */
export interface PackedFile {
  readonly line: Uint8Array;
  /** In the memory of the pack; empty if the line is an error. */
  readonly content: Uint8Array;
}

const nothing = new Uint8Array();

function without(error: 'not-found' | 'changed' | 'later'): PackedFile {
  return { line: encodePackLine({ error }), content: nothing };
}

/**
 * Reads files of a folder, in order, until the memory is full; those that do not fit come `later`.
 * `undefined` if the memory is too small even for the first one.
 *
 * @throws the system's error if no file can be opened at all
 */
export async function readPack(
  folder: ServedFolder,
  entries: readonly TreePath[],
  memory: Uint8Array,
  clock: Clock,
): Promise<readonly PackedFile[] | undefined> {
  const files: PackedFile[] = [];
  let used = 0;
  for (const path of entries) {
    const file = isEntryPath(path) ? await openSoon(folder, path, clock) : undefined;
    if (!file || file === 'changing') {
      files.push(without(file ? 'changed' : 'not-found'));
      continue;
    }
    try {
      const { size } = file;
      if (size > memory.length - used) {
        if (used === 0 && size <= maxPackBytes) return undefined;
        files.push(without('later'));
        continue;
      }
      const content = memory.subarray(used, used + size);
      if (await isRead(file, content)) {
        files.push({ line: encodePackLine({ size }), content });
        used += size;
      } else {
        files.push(without('changed'));
      }
    } finally {
      await file.handle.close();
    }
  }
  return files;
}

/** Whether the file could be read, and did not change meanwhile. */
async function isRead(file: SharedFile, into: Uint8Array): Promise<boolean> {
  for (let filled = 0; filled < into.length;) {
    const read = file.handle.read(into, filled, into.length - filled, filled);
    const { bytesRead } = await read.catch(() => ({ bytesRead: 0 }));
    if (bytesRead === 0) return false;
    filled += bytesRead;
  }
  return await file.unchanged();
}
