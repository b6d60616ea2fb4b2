// Finds out where files below a served folder are, to hand many of them to a thread at once.
import type { TreePath } from '@peerlane/protocol';
import { joined, type FilesInFolders } from '../hashing/files-in-folders.ts';
import type { FolderPlace, ServedFolder } from '../sharing/served-folders.ts';

/** Files of which it is known where they are. */
export interface LocatedFiles extends Pick<FilesInFolders, 'folders'> {
  readonly names: readonly string[];
  /** For each file the position of its folder in `folders`. */
  readonly inFolder: readonly number[];
  /** The folder that all of them must lie below, if another user may put another folder in its place. */
  readonly pin: FolderPlace['pin'];
  /** For each file its position among the paths that were to be located. */
  readonly positions: readonly number[];
}

/**
 * Where files are; `undefined` if that is known of none. Those in one folder should follow each other.
 *
 * @param paths without holes; `undefined` for what is not to be located
 */
export function locateFiles(
  folder: ServedFolder,
  paths: readonly (TreePath | undefined)[],
): LocatedFiles | undefined {
  const names: string[] = [];
  const inFolder: number[] = [];
  const positions: number[] = [];
  const folders: string[] = [];
  let [last, place]: [TreePath?, FolderPlace?] = [];
  let pin: FolderPlace['pin'];
  for (const [position, path] of paths.entries()) {
    if (!path) continue;
    if (!last || !isBeside(path, last)) {
      place = folder.locate?.(path.slice(0, -1));
      if (place) [pin] = [place.pin, folders.push(place.path)];
    }
    last = path;
    if (!place) continue;
    names.push(path.at(-1)!);
    inFolder.push(folders.length - 1);
    positions.push(position);
  }
  return names.length > 0 ? { names, inFolder, folders, pin, positions } : undefined;
}

/** The files as they are handed to a thread. */
export function handedOver({
  names,
  inFolder,
  folders,
  pin,
}: LocatedFiles): FilesInFolders & Pick<LocatedFiles, 'pin'> {
  return { names: joined(names), inFolder: Uint32Array.from(inFolder), folders, pin };
}

/** Some of the files that were located. */
export function someOf(files: LocatedFiles, which: readonly number[]): LocatedFiles {
  return {
    ...files,
    names: which.map((index) => files.names[index]!),
    inFolder: which.map((index) => files.inFolder[index]!),
    positions: which.map((index) => files.positions[index]!),
  };
}

/** Whether two entries are in one folder. */
function isBeside(one: TreePath, other: TreePath): boolean {
  if (one.length !== other.length) return false;
  for (let at = one.length - 2; at >= 0; at -= 1) if (one[at] !== other[at]) return false;
  return true;
}
