// Where a download of version 1 goes: into a file of a folder, or to an output as it comes.
import { join } from 'node:path';
import { unlessAborted } from '../async.ts';
import { DownloadFolder } from '../storage/download-folder.ts';
import type { SavedFile } from '../storage/place-file.ts';
import { UnfinishedFile } from '../storage/unfinished-file.ts';
import type { OrderedOutput } from '../swarm/ordered-output.ts';
import type { DownloadOptions } from './download-options.ts';

/** Gets the bytes of one file, in order. */
export interface FileTarget {
  /** Prepares for a file of a size, in bytes. */
  readonly open: (size: number) => Promise<void>;
  /** Writes bytes, which must stay in place until it resolves. */
  readonly write: (bytes: Uint8Array, position: number) => Promise<void>;
  /** All bytes are written. */
  readonly finish: () => Promise<void>;
  readonly place: () => Promise<SavedFile>;
  /** Removes what was not placed. */
  readonly discard: () => Promise<void>;
}

/** The target of a download. */
export function fileTarget(
  target: DownloadFolder | OrderedOutput,
  options: DownloadOptions,
): FileTarget {
  return target instanceof DownloadFolder ? inFolder(target, options) : toOutput(target, options);
}

function inFolder(
  folder: DownloadFolder,
  { into, filename, saveAs: name = filename, existing, signal, sync = true }: DownloadOptions,
): FileTarget {
  let file: UnfinishedFile | undefined;
  return {
    open: async (size) => {
      file = await UnfinishedFile.open({ folder, size, sync });
    },
    write: (bytes, position) => file!.write(bytes, position),
    finish: () => file!.finish(),
    place: async () => {
      const placed = await file!.place({ name, existing, signal });
      file = undefined;
      return { path: join(into as string, placed.name), created: placed.created };
    },
    discard: async () => {
      await file?.discard();
    },
  };
}

function toOutput(output: OrderedOutput, { signal }: DownloadOptions): FileTarget {
  let isEmpty = true;
  const pass = (bytes: Uint8Array): Promise<void> => {
    isEmpty = false;
    const passed = output.passUnverified(bytes);
    // The reader of the output may never take them.
    return signal ? unlessAborted(passed, signal) : passed;
  };
  return {
    open: () => Promise.resolve(),
    write: (bytes) => (bytes.length > 0 ? pass(bytes) : Promise.resolve()),
    finish: () => (isEmpty ? pass(new Uint8Array()) : Promise.resolve()),
    place: () => Promise.resolve({ path: output.path, created: true }),
    discard: () => Promise.resolve(),
  };
}
