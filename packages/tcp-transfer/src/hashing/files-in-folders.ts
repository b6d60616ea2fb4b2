// Files and their folders, as they are handed to a thread.

/** Files and their folders, in columns: handing over an object for each takes longer than its work. */
export interface FilesInFolders {
  readonly names: readonly string[];
  /** For each file the position of its folder in `folders`. */
  readonly inFolder: readonly number[];
  /** The paths by which this process reaches the folders, such as through their descriptors. */
  readonly folders: readonly string[];
}
