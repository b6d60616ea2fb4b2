import { watch } from 'node:fs';

/** Something that is watched until it is closed. */
export interface FolderWatch {
  close(): void;
}

/** What is told about a watched folder. */
export interface FolderWatchEvents {
  /** An entry has come, gone or changed its kind; without a name it may be any. */
  readonly onChange: (name: string | undefined) => void;
  /** Nothing more will be told. */
  readonly onError: (error: Error) => void;
}

/**
 * Watches the entries of one folder, not of those below it.
 *
 * @throws the system's error where it cannot, such as `ENOSPC` for too many watches
 */
export type WatchFolder = (path: string, events: FolderWatchEvents) => FolderWatch;

/** Watches with the means of the system. It does not keep the process alive. */
export const watchFolder: WatchFolder = (path, { onChange, onError }) => {
  const watcher = watch(path, { persistent: false }, (kind, name) => {
    // The other kind, `change`, is about what a file holds: that is read when it is served.
    if (kind === 'rename') onChange(name ?? undefined);
  });
  watcher.on('error', onError);
  return watcher;
};
