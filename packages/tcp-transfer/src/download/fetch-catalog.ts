// `fetchCatalog`: the list of files that a peer of version 2 shares.
import {
  CatalogDecoder,
  maxCatalogBytes,
  ProtocolError,
  type CatalogEntry,
  type PeerAddress,
} from '@peerlane/protocol';
import { checkAddress, checkCount } from '../check-options.ts';
import { PeerConnection } from '../requests/peer-connection.ts';
import type { PeerConnectionOptions } from '../connection/stream-reader.ts';
import { TransferError } from '../transfer-error.ts';

/** The peer whose catalog is fetched, and how. */
export interface CatalogOptions extends PeerConnectionOptions {
  /** The file server of a peer that speaks version 2. */
  readonly address: PeerAddress;
  /**
   * At most this many files are listed.
   * @default 10_000
   */
  readonly maxEntries?: number;
  /**
   * A text that the names must contain, upper and lower case alike. A peer that does not know of it lists
   * all of its files.
   * @default all files are listed
   */
  readonly match?: string | undefined;
  /** Called at the end if the peer has more files than `maxEntries`. */
  readonly onMore?: (() => void) | undefined;
}

/**
 * Lists the files that a peer shares, page by page as the list is consumed. Names are data: a file may
 * not be able to have such a name here, and no name is safe to print.
 *
 * @throws ProtocolError `bad-address`; RangeError if an option is out of range; while it is consumed,
 * TransferError: `refused` if the peer has no catalog to send, `bad-answer`, `unreachable`, `incomplete`, `too-slow`; the reason
 * of an aborted `signal`
 * @see docs/protocol.md, "Catalog"
 */
export function fetchCatalog(options: CatalogOptions): AsyncGenerator<CatalogEntry, void> {
  const { maxEntries = 10_000 } = options;
  checkAddress(options.address);
  checkCount({ maxEntries }, 1);
  return entriesOf(options, maxEntries);
}

async function* entriesOf(
  options: CatalogOptions,
  maxEntries: number,
): AsyncGenerator<CatalogEntry, void> {
  const { address, match, onMore } = options;
  const cycles = new CycleDetector();
  let left = maxEntries;
  let cursor: string | undefined;
  const connection = await PeerConnection.open(address, options);
  try {
    for (;;) {
      const page = await fetchPage(connection, cursor, match);
      yield* page.entries.slice(0, left);
      left -= page.entries.length;
      cursor = page.cursor;
      if (left < 0 || (left === 0 && cursor !== undefined)) onMore?.();
      if (cursor === undefined || left <= 0) return;
      if (page.entries.length === 0 || cycles.isRepeated(cursor))
        throw new TransferError('bad-answer', "the peer's catalog never ends");
    }
  } finally {
    connection.close();
  }
}

interface Page {
  readonly entries: readonly CatalogEntry[];
  readonly cursor: string | undefined;
}

async function fetchPage(
  connection: PeerConnection,
  after: string | undefined,
  match: string | undefined,
): Promise<Page> {
  try {
    const { answer, data } = await connection.request({
      want: 'catalog',
      ...(after !== undefined && { cursor: after }),
      ...(match !== undefined && { match }),
    });
    if (answer.length > maxCatalogBytes)
      throw new TransferError('bad-answer', "a page of the peer's catalog is too long");
    const decoder = new CatalogDecoder();
    const entries: CatalogEntry[] = [];
    for await (const bytes of data) for (const entry of decoder.push(bytes)) entries.push(entry);
    decoder.end();
    return { entries, cursor: answer.cursor };
  } catch (cause) {
    // The peer's cursor may also be one that no request can carry.
    if (!ProtocolError.is(cause)) throw cause;
    throw new TransferError('bad-answer', cause.message, { cause });
  }
}

/**
 * Detects cursors that repeat, at the latest in the third round, by remembering one of them (Brent's
 * algorithm).
 */
class CycleDetector {
  #mark: string | undefined;
  #steps = 0;
  #nextMark = 1;

  isRepeated(cursor: string): boolean {
    if (cursor === this.#mark) return true;
    this.#steps += 1;
    if (this.#steps === this.#nextMark) {
      this.#mark = cursor;
      this.#nextMark *= 2;
    }
    return false;
  }
}
