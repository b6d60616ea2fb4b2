// Reads a list of a peer page by page: a catalog, its folders, or a tree.
import { ProtocolError, type EntriesDecoder, type TransferRequestV2 } from '@peerlane/protocol';
import type { PeerConnection } from '../requests/peer-connection.ts';
import { TransferError } from '../transfer-error.ts';
import { CycleDetector } from './cycle-detector.ts';

/** A kind of list, and which one of the kind is asked for. */
export interface List<Entry> {
  readonly request: Pick<TransferRequestV2, 'want' | 'filename' | 'match'>;
  /** Its name in errors: "catalog". */
  readonly name: string;
  /** The most data of a page, in bytes. */
  readonly maxPageBytes: number;
  /** Makes the decoder of a page. */
  readonly decoder: () => EntriesDecoder<Entry>;
  /**
   * Called if a page is refused, and waits before it is asked for again.
   *
   * @throws the error if it is not
   * @default every refusal ends the list
   */
  readonly onRefused?: (error: unknown) => Promise<void>;
}

/** The entries in one answer. */
export interface ListPage<Entry> {
  readonly entries: readonly Entry[];
  /** At which the list continues; `undefined` at its end. */
  readonly cursor: string | undefined;
}

/**
 * Asks for one page after the other, as they are consumed.
 *
 * @throws TransferError `bad-answer` for a page that is not one, and for a list that never ends; what a
 * request can fail with
 * @see docs/protocol.md, "Catalog"
 */
export async function* listPages<Entry>(
  connection: PeerConnection,
  list: List<Entry>,
): AsyncGenerator<ListPage<Entry>, void> {
  const cycles = new CycleDetector();
  let cursor: string | undefined;
  for (;;) {
    const page = await pageAfter(connection, list, cursor);
    yield page;
    cursor = page.cursor;
    if (cursor === undefined) return;
    if (page.entries.length === 0 || cycles.isRepeated(cursor))
      throw new TransferError('bad-answer', `the peer's ${list.name} never ends`);
  }
}

async function pageAfter<Entry>(
  connection: PeerConnection,
  list: List<Entry>,
  after: string | undefined,
): Promise<ListPage<Entry>> {
  for (;;) {
    try {
      return await fetchPage(connection, list, after);
    } catch (error) {
      if (!list.onRefused) throw error;
      await list.onRefused(error);
    }
  }
}

async function fetchPage<Entry>(
  connection: PeerConnection,
  list: List<Entry>,
  after: string | undefined,
): Promise<ListPage<Entry>> {
  try {
    const { answer, data } = await connection.request({
      ...list.request,
      ...(after !== undefined && { cursor: after }),
    });
    if (answer.length > list.maxPageBytes)
      throw new TransferError('bad-answer', `a page of the peer's ${list.name} is too long`);
    const decoder = list.decoder();
    const entries: Entry[] = [];
    for await (const bytes of data) for (const entry of decoder.push(bytes)) entries.push(entry);
    decoder.end();
    return { entries, cursor: answer.cursor };
  } catch (cause) {
    // The peer's cursor may also be one that no request can carry.
    if (!ProtocolError.is(cause)) throw cause;
    throw new TransferError('bad-answer', cause.message, { cause });
  }
}
