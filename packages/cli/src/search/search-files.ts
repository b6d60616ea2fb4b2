// The search by a part of a name: asks members for their catalogs, and sums up what they list.
import { maxFilenameBytes, type CatalogEntry } from '@peerlane/protocol';
import { fetchCatalog } from '@peerlane/tcp-transfer';
import type { Member } from '@peerlane/udp-node';
import { listMembers, type SearchFilesOptions, type SearchParts } from './list-members.ts';

/** One content that files of a name have. */
export interface FoundContent {
  /** In bytes. */
  readonly size: number;
  /**
   * The root that identifies it: 64 hex digits. If it is `undefined`, only the size of these holders'
   * files is known: their contents may differ, or be one of the others.
   */
  readonly root: string | undefined;
  /** The members that have it, as `host:port`. */
  readonly holders: readonly string[];
}

/** The files of one name in the cluster. */
export interface FoundFile {
  /** Data from the network: not safe to print. */
  readonly filename: string;
  /** The contents under this name, mostly one. The one with the most holders comes first. */
  readonly contents: readonly FoundContent[];
}

interface Found {
  readonly size: number;
  readonly root: string | undefined;
  readonly holder: string;
}

/**
 * Lists what members share, by name. Members of version 1, and those that offer no list, are left out.
 *
 * @param text what the names must contain, upper and lower case alike
 * @throws the reason of an aborted `signal`
 */
export async function searchFiles(
  members: readonly Member[],
  text: string,
  options: SearchFilesOptions & SearchParts,
): Promise<FoundFile[]> {
  const names = new FoundNames(text);
  const add = names.add.bind(names);
  await listMembers(members, text, options, { what: 'files', fetch: fetchCatalog, add });
  // The order of the answers must not change the result.
  return names.inOrderOf(members);
}

/** The files whose names contain a text, as they are found. */
class FoundNames {
  readonly #wanted: string;
  readonly #names = new Map<string, Found[]>();

  constructor(text: string) {
    this.#wanted = text.toLowerCase();
  }

  /** Adds a file, if its name matches: a member may not compare the names itself. */
  add({ filename, size, root }: CatalogEntry, holder: string): boolean {
    if (filename.length > maxFilenameBytes || !filename.toLowerCase().includes(this.#wanted))
      return false;
    const name = filename.normalize();
    const found = { size, root, holder };
    const others = this.#names.get(name);
    if (others) others.push(found);
    else this.#names.set(name, [found]);
    return true;
  }

  /** The files by name; the holders of each in the order of the members. */
  inOrderOf(members: readonly Member[]): FoundFile[] {
    const places = new Map(members.map(({ address }, place) => [address, place]));
    const placeOf = ({ holder }: Found): number => places.get(holder)!;
    return [...this.#names]
      .map(([filename, found]) => ({
        filename,
        contents: contentsOf(found.sort((a, b) => placeOf(a) - placeOf(b))),
      }))
      .sort((a, b) => (a.filename < b.filename ? -1 : 1));
  }
}

/** Whether a member was heard, and all that were heard have announced the port of their file server. */
export function isAcquainted(members: readonly Member[]): boolean {
  const heard = members.filter(({ state }) => state === 'heard');
  return heard.length > 0 && heard.every(({ tcpPort }) => tcpPort !== undefined);
}

/** Groups files of one name by their root, and those of unknown root by their size. */
export function contentsOf(found: readonly Found[]): FoundContent[] {
  const contents = new Map<string, { size: number; root: string | undefined; holders: string[] }>();
  for (const { size, root, holder } of found) {
    const key = root ?? `size ${size}`;
    const same = contents.get(key);
    if (same) same.holders.push(holder);
    else contents.set(key, { size, root, holders: [holder] });
  }
  return [...contents.values()].sort((a, b) => b.holders.length - a.holders.length);
}
