// The search by a part of a name: asks members for their catalogs, and sums up what they list.
import { setMaxListeners } from 'node:events';
import { maxFilenameBytes, parsePeerAddress } from '@peerlane/protocol';
import { fetchCatalog, type Connect } from '@peerlane/tcp-transfer';
import type { Member } from '@peerlane/udp-node';

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

/** The options of a search. */
export interface SearchFilesOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * How long members may take to answer, in milliseconds.
   * @default 3000
   */
  readonly timeout?: number;
  readonly connect?: Connect;
}

/** How many members are asked at a time. */
const maxConcurrentMembers = 32;

interface Found {
  readonly size: number;
  readonly root: string | undefined;
  readonly holder: string;
}

/**
 * Lists what members share, by name. Members that do not answer in time are left out.
 *
 * @param text what the names must contain, upper and lower case alike
 * @throws the reason of an aborted `signal`
 */
export async function searchFiles(
  members: readonly Member[],
  text: string,
  { signal, timeout = 3000, connect }: SearchFilesOptions,
): Promise<FoundFile[]> {
  const late = AbortSignal.timeout(timeout);
  const end = signal ? AbortSignal.any([signal, late]) : late;
  // Each member that is asked has a listener.
  setMaxListeners(0, end);
  const wanted = text.toLowerCase();
  const names = new Map<string, Found[]>();
  // A member that has not proven its address could direct connections to somebody else's.
  const waiting = members.filter(
    ({ tcpPort, state }) => tcpPort !== undefined && state === 'heard',
  );
  const ask = async ({ address, tcpPort }: Member): Promise<void> => {
    const { host } = parsePeerAddress(address);
    const server = { host, port: tcpPort! };
    const catalog = fetchCatalog({ address: server, signal: end, ...(connect && { connect }) });
    for await (const { filename, size, root } of catalog) {
      if (filename.length > maxFilenameBytes || !filename.toLowerCase().includes(wanted)) continue;
      const name = filename.normalize();
      const found = { size, root, holder: address };
      const others = names.get(name);
      if (others) others.push(found);
      else names.set(name, [found]);
    }
  };
  const work = async (): Promise<void> => {
    for (let member = waiting.shift(); member && !end.aborted; member = waiting.shift())
      await ask(member).catch(() => undefined);
  };
  await Promise.all(Array.from({ length: maxConcurrentMembers }, work));
  signal?.throwIfAborted();
  // The order of the answers must not change the result.
  const places = new Map(members.map(({ address }, place) => [address, place]));
  const placeOf = ({ holder }: Found): number => places.get(holder)!;
  return [...names]
    .map(([filename, found]) => ({
      filename,
      contents: contentsOf(found.sort((a, b) => placeOf(a) - placeOf(b))),
    }))
    .sort((a, b) => (a.filename < b.filename ? -1 : 1));
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
    const key = root ?? `${size} bytes`;
    const same = contents.get(key);
    if (same) same.holders.push(holder);
    else contents.set(key, { size, root, holders: [holder] });
  }
  return [...contents.values()].sort((a, b) => b.holders.length - a.holders.length);
}
