// Shows the state of the cluster: lines for a person, an event for a program.
import type { Member } from '@peerlane/udp-node';
import type { FoundFile } from '../search/search-files.ts';
import type { FoundFolder } from '../search/search-folders.ts';
import { counted, filesText } from '../text/figures.ts';
import { distinctContents } from '../search/distinct-contents.ts';
import type { StatusEvent } from '../events/json-events.ts';

/** How long a member may owe the answer to a ping and still count as heard, in milliseconds. */
export const pongTimeout = 1000;

/** Whether no member owes the answer to a ping. */
export function allAnswer(members: readonly Pick<Member, 'owesSince' | 'state'>[]): boolean {
  return members.every(({ state, owesSince }) => state !== 'heard' || owesSince === undefined);
}

/** For how long a member has left a ping unanswered, in milliseconds; `undefined` if it is not silent. */
export function silenceOf(
  { owesSince }: Pick<Member, 'owesSince'>,
  now: number,
): number | undefined {
  const silence = owesSince === undefined ? 0 : now - owesSince;
  return silence < pongTimeout ? undefined : silence;
}

/** Counts the members, folders, files and versions of a cluster. */
export function statusOf(
  members: readonly Pick<Member, 'state' | 'owesSince'>[],
  {
    files,
    folders,
  }: { readonly files: readonly FoundFile[]; readonly folders: readonly FoundFolder[] },
  now: number,
  sealedBy?: string,
): StatusEvent {
  const versions = files.map(({ contents }) => distinctContents(contents));
  const sizes = versions.flatMap(({ distinct }) => distinct.map(({ size }) => size));
  return {
    event: 'status',
    members: members.length,
    heard: members.filter((member) => isAnswering(member, now)).length,
    folders: folders.length,
    files: files.length,
    ambiguous: versions.filter(({ distinct }) => distinct.length > 1).length,
    unverified: versions.filter(({ distinct, more }) => distinct.length === 1 && more).length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    sealed: sealedBy ?? null,
  };
}

/** The state of a cluster as lines for a person. */
export function statusLines(status: StatusEvent): string[] {
  const { members, heard, folders, files, ambiguous, unverified, bytes } = status;
  const several = ambiguous > 0 ? `, ${ambiguous} of them in more than one version` : '';
  const perhaps = unverified > 0 ? `, ${unverified} of them perhaps in more than one` : '';
  const inFolders = folders > 0 ? `; ${counted(folders, 'folder')}` : '';
  return [
    `Cluster: ${counted(members, 'member')}, ${heard} heard.`,
    `Shared by them: ${filesText(files, bytes)}${several}${perhaps}${inFolders}.`,
  ];
}

/** Whether a member was heard, and does not leave a ping unanswered. */
function isAnswering(member: Pick<Member, 'state' | 'owesSince'>, now: number): boolean {
  return member.state === 'heard' && silenceOf(member, now) === undefined;
}
