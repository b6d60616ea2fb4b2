// The searches for files and folders; that of a session may begin before its members have introduced themselves.
import { baseName } from '@peerlane/protocol';
import type { PeerlaneNode } from '../node/node.ts';
import type { IncompleteList, SearchFilesOptions } from '../search/list-members.ts';
import { isAcquainted, type FoundFile } from '../search/search-files.ts';
import type { FoundFolder } from '../search/search-folders.ts';
import { waitForMembers } from './wait-for-members.ts';

/** What members share. */
export interface Found {
  readonly files: readonly FoundFile[];
  readonly folders: readonly FoundFolder[];
}

/** The names as `get` takes them: folders by their paths, with a slash at the end. */
export function namesToGet({ files, folders }: Found): string[] {
  return [...files.map(({ filename }) => filename), ...folders.map(({ name }) => `${name}/`)];
}

/** Nothing was found. */
export const nothingFound: Found = { files: [], folders: [] };

/**
 * Lists the files and the folders that the members share, with `text` in their names. A member both of whose
 * lists are incomplete is told of once.
 *
 * @throws the reason of an aborted `signal`
 */
export async function searchAll(
  node: Pick<PeerlaneNode, 'search' | 'searchFolders'>,
  text: string,
  { onIncomplete, ...options }: SearchFilesOptions = {},
): Promise<Found> {
  const incomplete = new Map<string, IncompleteList>();
  const gather = (list: IncompleteList): void => {
    if (list.of === undefined || !incomplete.has(list.peer)) incomplete.set(list.peer, list);
  };
  const [files, folders] = await Promise.all([
    node.search(text, { ...options, onIncomplete: gather }),
    node.searchFolders(text, { ...options, onIncomplete: gather }),
  ]);
  for (const list of incomplete.values()) onIncomplete?.(list);
  return { files, folders };
}

/** How long members may take to introduce themselves, in milliseconds. */
const introductionTimeout = 1000;

/**
 * Lists what the members of a running node share, with `text` in the names. A node that has
 * just started does not know the ports of their file servers yet, and waits a moment for them. Names are
 * data from the network: not safe to print.
 *
 * @returns nothing where `signal` is aborted
 */
export async function searchMembers(
  node: PeerlaneNode,
  text: string,
  signal: AbortSignal,
  options: Pick<SearchFilesOptions, 'timeout' | 'onIncomplete'> = {},
): Promise<Found> {
  if (node.members().length > 0)
    await waitForMembers(node, isAcquainted, introductionTimeout, signal);
  return searchAll(node, text, { ...options, signal }).catch(() => nothingFound);
}

/** How long something of another kind is looked for, in milliseconds. */
const otherKindTimeout = 1000;

/**
 * The name to type for a folder that has the name of a file which nobody has, or for a file that has that of a
 * folder; `undefined` if nobody has that either.
 */
export async function otherKind(
  node: Pick<PeerlaneNode, 'find'>,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const plain = name.replace(/\/+$/, '');
  const isFile = plain === name;
  const kind = isFile ? 'folder' : 'file';
  const until = AbortSignal.any([signal, AbortSignal.timeout(otherKindTimeout)]);
  try {
    const offers = node.find(isFile ? name : baseName(plain), { kind, signal: until });
    for await (const offer of offers) if (offer.version === 2) return isFile ? `${name}/` : plain;
  } catch {
    // Nobody has answered in time, or version 1 cannot ask.
  }
  return undefined;
}
