import type { FileHandle } from 'node:fs/promises';

/** So many bytes are written before they are synced, while further ones come. */
const syncEvery = 32 * 1024 * 1024;

/** Brings a file onto the disk itself while it is still being written, so that the end is short. */
export class BackgroundSync {
  readonly #handle: FileHandle;
  #unsynced = 0;
  #syncing: Promise<void> | undefined;
  /** The first failure is told, whatever a later sync says. */
  #failure: Error | undefined;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** So many more bytes were written. */
  written(bytes: number): void {
    this.#unsynced += bytes;
    if (this.#unsynced < syncEvery || this.#syncing) return;
    this.#unsynced = 0;
    this.#syncing = this.#handle
      .datasync()
      .catch((error: unknown) => {
        this.#failure ??= error as Error;
      })
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  /** Waits until no sync runs: the file may be closed then. */
  async idle(): Promise<void> {
    await this.#syncing;
  }

  /** @throws the system's error where not all is on the disk */
  async finish(): Promise<void> {
    await this.idle();
    if (this.#failure) throw this.#failure;
    await this.#handle.datasync();
  }
}
