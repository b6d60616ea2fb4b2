// Shows files and folders of the cluster: a table for a person, events for a program.
import type { IncompleteList } from '../search/list-members.ts';
import type { FoundFile } from '../search/search-files.ts';
import type { FoundFolder } from '../search/search-folders.ts';
import { counted, sizeText } from '../text/figures.ts';
import { table } from '../text/table.ts';
import { typedName } from '../text/typed-name.ts';
import { distinctContents } from '../search/distinct-contents.ts';
import type { FolderEvent } from '../events/folder-events.ts';
import type { FileEvent } from '../events/json-events.ts';

/** The files of a name as an event. */
export function fileEvent({ filename, contents }: FoundFile): FileEvent {
  const versions = contents.map(({ size, root, holders }) => ({
    size,
    ...(root !== undefined && { root }),
    holders,
  }));
  return { event: 'file', name: filename, versions };
}

/** The folders of a name as an event. */
export function folderEvent({ name, files, holders }: FoundFolder): FolderEvent {
  return { event: 'folder', name, ...(files !== undefined && { files }), holders };
}

/** Says that files or folders of a member are missing in a list. */
export function incompleteText({ peer, listed, reason, of }: IncompleteList): string {
  const what = of === undefined ? 'file' : 'folder';
  return `The list of ${peer} is incomplete (${counted(listed, what)}): ${reason}.`;
}

/** A table of folders for a person. */
export function folderTable(found: readonly FoundFolder[]): string[] {
  const isCounted = found.some(({ files }) => files !== undefined);
  return table([
    [...(isCounted ? ['FILES'] : []), 'HOLDERS', 'FOLDER'],
    ...found.map(({ name, files = '-', holders }) => [
      ...(isCounted ? [String(files)] : []),
      String(holders.length),
      typedName(`${name}/`),
    ]),
  ]);
}

/** Tables of what was found, with a line between the two. */
export function foundTables(
  files: readonly FoundFile[],
  folders: readonly FoundFolder[],
): string[] {
  const ofFiles = files.length === 0 ? [] : fileTable(files);
  const ofFolders = folders.length === 0 ? [] : folderTable(folders);
  const between = ofFiles.length > 0 && ofFolders.length > 0 ? [''] : [];
  return [...ofFiles, ...between, ...ofFolders];
}

/** A table of files for a person. */
export function fileTable(found: readonly FoundFile[]): string[] {
  return table([
    ['SIZE', 'HOLDERS', 'VERSIONS', 'NAME'],
    ...found.map(({ filename, contents }) => [
      sizeText(contents[0]!.size),
      String(contents.reduce((sum, { holders }) => sum + holders.length, 0)),
      versionsText(contents),
      typedName(filename),
    ]),
  ]);
}

/** The number of versions: `2`, or `1+?` if there may be more. */
function versionsText(contents: FoundFile['contents']): string {
  const { distinct, more } = distinctContents(contents);
  return `${distinct.length}${more ? '+?' : ''}`;
}
