// Tells of a folder that is sent once for each machine, however many of its files and connections there are.
import { hostOf } from '@peerlane/protocol';
import type { Upload } from '@peerlane/tcp-transfer';

/** How long after its last file a folder counts as sent anew, in milliseconds. */
const pause = 60_000;

/** The most folders and machines that are remembered. */
const maxRemembered = 1000;

/** Whether files of a folder are sent, and not a single file. */
export function isFolder({ filename }: Pick<Upload, 'filename'>): boolean {
  return filename.endsWith('/');
}

/** The folders that are being sent. */
export class FolderUploads {
  readonly #now: () => number;
  /** When the last file of each folder went to each machine, the newest last. */
  readonly #last = new Map<string, number>();

  /** @param now the time in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a folder begins to be sent to a machine with this file of it. */
  isNew({ filename, client }: Pick<Upload, 'filename' | 'client'>): boolean {
    const key = `${hostOf(client)} ${filename}`;
    const before = this.#last.get(key) ?? -Infinity;
    this.#last.delete(key);
    this.#last.set(key, this.#now());
    if (this.#last.size > maxRemembered) this.#last.delete(this.#last.keys().next().value!);
    return this.#now() - before >= pause;
  }
}
