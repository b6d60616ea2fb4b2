// The search by a part of a name: asks members for their catalogs, and sums up what they list.
import { setMaxListeners } from 'node:events';
import {
  hostOf,
  isLoopback,
  maxFilenameBytes,
  visibleText,
  type CatalogEntry,
  type PeerAddress,
} from '@peerlane/protocol';
import {
  fetchCatalog,
  TransferError,
  type Connect,
  type ConnectionKeys,
} from '@peerlane/tcp-transfer';
import type { Member } from '@peerlane/udp-node';
import { alternate, askInTurn, type Turn } from './ask-in-turn.ts';

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

/** A member whose list of files is not complete in a result, or is missing. */
export interface IncompleteList {
  /** The member, as `host:port`. */
  readonly peer: string;
  /** How many of its files are in the result, of those whose names match. */
  readonly listed: number;
  /** Why there are no more of them. Safe to print. */
  readonly reason: string;
}

/** The options of a search. */
export interface SearchFilesOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * How long the whole search may last, in milliseconds. A member that sends nothing for three seconds is
   * asked no longer in any case.
   * @default 60_000
   */
  readonly timeout?: number;
  /** Called in the end for each member that did not list all of its files. */
  readonly onIncomplete?: ((list: IncompleteList) => void) | undefined;
}

/** The parts of a node that a search uses. */
export interface SearchParts {
  /**
   * Where a member is: its name is not left to the resolver, which may lead elsewhere meanwhile. Rejects
   * if nothing may be sent there.
   */
  readonly endpointOf: (member: string) => Promise<Pick<PeerAddress, 'host'>>;
  readonly connect?: Connect | undefined;
  /** The keys of a sealed cluster. */
  readonly keys?: ConnectionKeys | undefined;
}

/** How long a member may send nothing, in milliseconds. */
const silenceTimeout = 3000;

/** How many files are accepted from one member, how many matching ones from one machine, and from all. */
const [maxFilesOfMember, maxFilesOfMachine, maxFiles] = [200_000, 200_000, 500_000];

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
  const { signal, timeout = 60_000, onIncomplete, endpointOf, connect, keys } = options;
  const late = AbortSignal.timeout(timeout);
  const end = signal ? AbortSignal.any([signal, late]) : late;
  // Each member that is asked has a listener.
  setMaxListeners(0, end);
  const names = new FoundNames(text);
  // A member that has not proven its address could direct connections to somebody else's.
  const waiting = members.filter(
    ({ tcpPort, state }) => tcpPort !== undefined && state === 'heard',
  );
  const incomplete: IncompleteList[] = [];
  const filesOf = new Map<string, number>();
  const ask = async ({ address, tcpPort }: Member, turn: Turn): Promise<void> => {
    let listed = 0;
    const machine = machineOf(address);
    const stop = AbortSignal.any([end, turn.signal]);
    const isLeftOut = (reason: string): void => {
      incomplete.push({ peer: address, listed, reason });
    };
    try {
      const { host } = await endpointOf(address);
      const catalog = fetchCatalog({
        ...{ address: { host, port: tcpPort! }, signal: stop, match: matchOf(text) },
        ...{ idleTimeout: silenceTimeout, maxEntries: maxFilesOfMember },
        onMore: () => {
          isLeftOut(`it shares more than ${maxFilesOfMember.toLocaleString('en')} files`);
        },
        ...(connect && { connect }),
        ...(keys && { keys }),
      });
      for await (const entry of catalog) {
        turn.noteProgress();
        const ofMachine = filesOf.get(machine) ?? 0;
        if (names.count >= maxFiles || ofMachine >= maxFilesOfMachine) {
          isLeftOut(
            `more than ${Math.min(maxFiles, maxFilesOfMachine).toLocaleString('en')} files were found`,
          );
          return;
        }
        if (!names.add(entry, address)) continue;
        listed += 1;
        filesOf.set(machine, ofMachine + 1);
      }
    } catch (error) {
      if (late.aborted) isLeftOut('the search ran out of time');
      else if (turn.signal.aborted) isLeftOut('it said nothing, and others were waiting');
      else if (!TransferError.is(error) || error.code !== 'refused')
        isLeftOut(visibleText((error as Error).message));
    }
  };
  // A machine may have many members, but they wait for each other only.
  await askInTurn(
    alternate(waiting, ({ address }) => machineOf(address)),
    ask,
  );
  signal?.throwIfAborted();
  for (const list of incomplete) onIncomplete?.(list);
  // The order of the answers must not change the result.
  return names.inOrderOf(members);
}

/** The machine of a member. On this machine, each port may be another's. */
function machineOf(address: string): string {
  const host = hostOf(address);
  return isLoopback(host) ? address : host;
}

/** The text that members are asked to compare; `undefined` if no request can carry it. */
function matchOf(text: string): string | undefined {
  const isCarried = text !== '' && text.isWellFormed() && text.length <= maxFilenameBytes;
  return isCarried ? text : undefined;
}

/** The files whose names contain a text, as they are found. */
class FoundNames {
  readonly #wanted: string;
  readonly #names = new Map<string, Found[]>();
  count = 0;

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
    this.count += 1;
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
