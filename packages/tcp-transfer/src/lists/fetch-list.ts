// The list of what a peer shares, as a caller consumes it: with a bound, and a connection of its own.
import type { PeerAddress } from '@peerlane/protocol';
import { checkAddress, checkCount } from '../check-options.ts';
import { PeerConnection } from '../requests/peer-connection.ts';
import type { PeerConnectionOptions } from '../connection/stream-reader.ts';
import { listPages, type List } from './list-pages.ts';

/** The peer whose list is fetched, and how. */
export interface ListOptions extends PeerConnectionOptions {
  /** The file server of a peer that speaks version 2. */
  readonly address: PeerAddress;
  /**
   * At most this many entries are listed.
   * @default 10_000
   */
  readonly maxEntries?: number;
  /**
   * A text that the names must contain, upper and lower case alike. A peer that does not know of it lists
   * everything.
   * @default everything is listed
   */
  readonly match?: string | undefined;
  /** Called at the end if the peer has more than `maxEntries`. */
  readonly onMore?: (() => void) | undefined;
}

/**
 * Lists what a peer has, page by page as the list is consumed.
 *
 * @throws ProtocolError `bad-address`; RangeError if an option is out of range; while it is consumed, what
 * {@link listPages} and connecting throw
 */
export function fetchList<Entry>(
  options: ListOptions,
  { request, ...list }: List<Entry>,
): AsyncGenerator<Entry, void> {
  const { maxEntries = 10_000, match } = options;
  checkAddress(options.address);
  checkCount({ maxEntries }, 1);
  const matching = { ...request, ...(match !== undefined && { match }) };
  return entriesOf(options, { ...list, request: matching }, maxEntries);
}

async function* entriesOf<Entry>(
  { address, onMore, ...options }: ListOptions,
  list: List<Entry>,
  maxEntries: number,
): AsyncGenerator<Entry, void> {
  let left = maxEntries;
  const connection = await PeerConnection.open(address, options);
  try {
    for await (const { entries, cursor } of listPages(connection, list)) {
      yield* entries.slice(0, left);
      left -= entries.length;
      if (left < 0 || (left === 0 && cursor !== undefined)) onMore?.();
      if (left <= 0) return;
    }
  } finally {
    connection.close();
  }
}
