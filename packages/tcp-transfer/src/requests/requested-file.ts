// Which file a source is asked for.
import type { TransferRequestV2, TreePath } from '@peerlane/protocol';

/** One of the shared files by its name; or, with an entry, the file at a path below a shared folder. */
export interface RequestedFile {
  /** The name of the file, or of the folder. */
  readonly filename: string;
  /** The names from the folder down to the file. */
  readonly entry?: TreePath | undefined;
}

/** The keys of a request that say which file is meant. */
export function requestKeys({
  filename,
  entry,
}: RequestedFile): Pick<TransferRequestV2, 'filename' | 'entries'> {
  return { filename, ...(entry && { entries: [entry] }) };
}

/** A name that stands for the file among all others, for what is kept of it. */
export function nameOf({ filename, entry }: RequestedFile): string {
  return entry ? [filename, ...entry].join('/') : filename;
}
