// Asks members for their lists of files or folders, a few at a time, with a bound on what each may list.
import { setMaxListeners } from 'node:events';
import {
  hostOf,
  isLoopback,
  maxFilenameBytes,
  visibleText,
  type PeerAddress,
} from '@peerlane/protocol';
import {
  TransferError,
  type CatalogOptions,
  type Connect,
  type ConnectionKeys,
} from '@peerlane/tcp-transfer';
import type { Member } from '@peerlane/udp-node';
import { alternate, askInTurn, type Turn } from './ask-in-turn.ts';

/** A member whose list is not complete in a result, or is missing. */
export interface IncompleteList {
  /** The member, as `host:port`. */
  readonly peer: string;
  /** How many of its files or folders are in the result, of those whose names match. */
  readonly listed: number;
  /** Why there are no more of them. Safe to print. */
  readonly reason: string;
  /** What was listed, if not files. */
  readonly of?: 'folders';
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
  /** Called in the end for each member that did not list all that it shares. */
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

/** What is listed, and what becomes of it. */
export interface Lists<Entry> {
  readonly what: 'files' | 'folders';
  readonly fetch: (options: CatalogOptions) => AsyncIterable<Entry>;
  /** Takes an entry of a member's list; false if its name does not match, as a member may not compare names. */
  readonly add: (entry: Entry, holder: string) => boolean;
}

/** How long a member may send nothing, in milliseconds. */
const silenceTimeout = 3000;

/** How many entries are accepted from one member, how many matching ones from one machine, and from all. */
const [maxOfMember, maxOfMachine, maxOfAll] = [200_000, 200_000, 500_000];

/**
 * Asks members for what they share. Those of version 1, and those that offer no list, are left out.
 *
 * @param text what the names must contain, upper and lower case alike
 * @throws the reason of an aborted `signal`
 */
export async function listMembers<Entry>(
  members: readonly Member[],
  text: string,
  options: SearchFilesOptions & SearchParts,
  { what, fetch, add }: Lists<Entry>,
): Promise<void> {
  const { signal, timeout = 60_000, onIncomplete, endpointOf, connect, keys } = options;
  const late = AbortSignal.timeout(timeout);
  const end = signal ? AbortSignal.any([signal, late]) : late;
  // Each member that is asked has a listener.
  setMaxListeners(0, end);
  // A member that has not proven its address could direct connections to somebody else's.
  const waiting = members.filter(
    ({ tcpPort, state }) => tcpPort !== undefined && state === 'heard',
  );
  const incomplete: IncompleteList[] = [];
  const listedOf = new Map<string, number>();
  let all = 0;
  const ask = async ({ address, tcpPort }: Member, turn: Turn): Promise<void> => {
    let listed = 0;
    const machine = machineOf(address);
    const stop = AbortSignal.any([end, turn.signal]);
    const isLeftOut = (reason: string): void => {
      const of = what === 'folders' ? { of: what } : undefined;
      incomplete.push({ peer: address, listed, reason, ...of });
    };
    try {
      const { host } = await endpointOf(address);
      const list = fetch({
        ...{ address: { host, port: tcpPort! }, signal: stop, match: matchOf(text) },
        ...{ idleTimeout: silenceTimeout, maxEntries: maxOfMember },
        onMore: () => {
          isLeftOut(`it shares more than ${maxOfMember.toLocaleString('en')} ${what}`);
        },
        ...(connect && { connect }),
        ...(keys && { keys }),
      });
      for await (const entry of list) {
        turn.noteProgress();
        const ofMachine = listedOf.get(machine) ?? 0;
        if (all >= maxOfAll || ofMachine >= maxOfMachine) {
          isLeftOut(
            `more than ${Math.min(maxOfAll, maxOfMachine).toLocaleString('en')} ${what} were found`,
          );
          return;
        }
        if (!add(entry, address)) continue;
        listed += 1;
        all += 1;
        listedOf.set(machine, ofMachine + 1);
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
