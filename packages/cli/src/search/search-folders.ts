// The search for folders by a part of their last name: asks members for their lists, and sums them up.
import { maxTreePathBytes, type SharedFolderEntry } from '@peerlane/protocol';
import { fetchFolders } from '@peerlane/tcp-transfer';
import type { Member } from '@peerlane/udp-node';
import { listMembers, type SearchFilesOptions, type SearchParts } from './list-members.ts';

/** The folders of one name in the cluster. */
export interface FoundFolder {
  /** Its path below what the holders share, with `/`. Data from the network: not safe to print. */
  readonly name: string;
  /** How many files are below it, as most say of whom said so. */
  readonly files: number | undefined;
  /** The members that have one, as `host:port`. Whether these are the same is not known. */
  readonly holders: readonly string[];
}

interface Found {
  readonly files: number | undefined;
  readonly holder: string;
}

/**
 * Lists the folders that members share, by name. Members of version 1, and those that offer no list, are left
 * out.
 *
 * @param text what the last part of the names must contain, upper and lower case alike
 * @throws the reason of an aborted `signal`
 */
export async function searchFolders(
  members: readonly Member[],
  text: string,
  options: SearchFilesOptions & SearchParts,
): Promise<FoundFolder[]> {
  const wanted = text.toLowerCase();
  const found = new Map<string, Found[]>();
  const add = ({ filename, files }: SharedFolderEntry, holder: string): boolean => {
    const isLong = filename.length > maxTreePathBytes;
    if (isLong || !lastPartOf(filename).toLowerCase().includes(wanted)) return false;
    const name = filename.normalize();
    const others = found.get(name);
    if (others) others.push({ files, holder });
    else found.set(name, [{ files, holder }]);
    return true;
  };
  await listMembers(members, text, options, { what: 'folders', fetch: fetchFolders, add });
  // The order of the answers must not change the result.
  const places = new Map(members.map(({ address }, place) => [address, place]));
  const placeOf = ({ holder }: Found): number => places.get(holder)!;
  return [...found]
    .map(([name, all]) => {
      const holders = all.sort((a, b) => placeOf(a) - placeOf(b));
      return { name, files: mostSaid(holders), holders: holders.map(({ holder }) => holder) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The last part of the path of a folder. */
export function lastPartOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The number of files that most holders say. */
function mostSaid(all: readonly Found[]): number | undefined {
  const votes = new Map<number, number>();
  for (const { files } of all)
    if (files !== undefined) votes.set(files, (votes.get(files) ?? 0) + 1);
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0];
}
