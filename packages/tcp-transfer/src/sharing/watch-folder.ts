// Watches one folder for entries that come and go.
import { watch } from 'node:fs';

/** A folder that is being watched. */
export interface FolderWatch {
  /** Stops watching. */
  close(): void;
}

/** The callbacks of watching a folder. */
export interface FolderWatchEvents {
  /** Is called when an entry has come, gone or changed its kind; without a name, it may be any entry. */
  readonly onChange: (name: string | undefined) => void;
  /** Is called when watching has failed; no more calls follow. */
  readonly onError: (error: Error) => void;
}

/**
 * Watches the entries of one folder, not of those below it.
 *
 * @throws the system's error if it cannot be watched, such as `ENOSPC` for too many watches
 */
export type WatchFolder = (path: string, events: FolderWatchEvents) => FolderWatch;

/** Watches by `fs.watch`, which does not keep the process alive. */
export const watchFolder: WatchFolder = (path, { onChange, onError }) => {
  const watcher = watch(path, { persistent: false }, (kind, name) => {
    // The other kind, `change`, concerns the content of a file, which is read when it is served.
    if (kind === 'rename') onChange(name ?? undefined);
  });
  watcher.on('error', onError);
  return watcher;
};
