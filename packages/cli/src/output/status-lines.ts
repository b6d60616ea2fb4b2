// How the state of the cluster is shown: lines for a person, an event for a program.
import type { FoundFile } from '../node/search-files.ts';
import { counted, filesText } from '../text/figures.ts';
import { distinctContents } from './distinct-contents.ts';
import type { StatusEvent } from './json-events.ts';

/** Counts the members, files and versions of a cluster. */
export function statusOf(
  members: readonly { readonly state: string }[],
  found: readonly FoundFile[],
): StatusEvent {
  const versions = found.map(({ contents }) => distinctContents(contents));
  const sizes = versions.flatMap(({ distinct }) => distinct.map(({ size }) => size));
  return {
    event: 'status',
    members: members.length,
    heard: members.filter(({ state }) => state === 'heard').length,
    files: found.length,
    ambiguous: versions.filter(({ distinct }) => distinct.length > 1).length,
    unverified: versions.filter(({ distinct, more }) => distinct.length === 1 && more).length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** The state of a cluster as lines for a person. */
export function statusLines(status: StatusEvent): string[] {
  const { members, heard, files, ambiguous, unverified, bytes } = status;
  const several = ambiguous > 0 ? `, ${ambiguous} of them in more than one version` : '';
  const perhaps = unverified > 0 ? `, ${unverified} of them perhaps in more than one` : '';
  return [
    `Cluster: ${counted(members, 'member')}, ${heard} heard.`,
    `Shared by them: ${filesText(files, bytes)}${several}${perhaps}.`,
  ];
}
