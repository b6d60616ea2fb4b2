// Shows files of the cluster: a table for a person, events for a program.
import type { FoundFile, IncompleteList } from '../search/search-files.ts';
import { counted, sizeText } from '../text/figures.ts';
import { table } from '../text/table.ts';
import { typedName } from '../text/typed-name.ts';
import { distinctContents } from '../search/distinct-contents.ts';
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

/** Says that files of a member are missing in a list. */
export function incompleteText({ peer, listed, reason }: IncompleteList): string {
  return `The list of ${peer} is incomplete (${counted(listed, 'file')}): ${reason}.`;
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
