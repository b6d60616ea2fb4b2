// Brings files and names onto the disk itself, where they survive a loss of power.
import type { FileHandle } from 'node:fs/promises';
import { syncFile } from '../paths/sync-folder.ts';

/** How many bytes are written before they are synced in the background. */
const syncEvery = 32 * 1024 * 1024;

/** Syncs a file while it is still being written, so that there is little left to sync in the end. */
export class BackgroundSync {
  readonly #handle: FileHandle;
  #unsynced = 0;
  #syncing: Promise<void> | undefined;
  /** The first failure counts, even if a later sync succeeds. */
  #failure: Error | undefined;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** This many more bytes were written. */
  written(bytes: number): void {
    this.#unsynced += bytes;
    if (this.#unsynced < syncEvery || this.#syncing) return;
    this.#unsynced = 0;
    this.#syncing = syncFile(this.#handle)
      .catch((error: unknown) => {
        this.#failure ??= error as Error;
      })
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  /** Waits until no sync runs, so that the file may be closed. */
  async idle(): Promise<void> {
    await this.#syncing;
  }

  /** @throws the system's error if not all bytes are on the disk */
  async finish(): Promise<void> {
    await this.idle();
    if (this.#failure) throw this.#failure;
    await syncFile(this.#handle);
  }
}
