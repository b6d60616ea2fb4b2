// Matches the data of TCP connections with the request or answer that it follows.
import type { Row } from './row.ts';

/** The most connections that are remembered. */
const kept = 500;

interface Connection {
  /** Whether its beginning is known: without it, first bytes cannot be matched with their data. */
  readonly isWhole: boolean;
  /** The last message. */
  last?: Row;
  request?: Row;
  /** Data whose first bytes are still unknown, and first bytes whose data is. */
  readonly headless: Row[];
  readonly heads: Uint8Array[];
}

/** The connections, named by their client's end. */
export class Connections {
  readonly #connections = new Map<string, Connection>();

  /** A connection was opened. */
  opened(client: string): void {
    this.#add(client, true);
  }

  /** The data that is being sent just now by one end, if it is data. */
  data(client: string, from: string): Row | undefined {
    const last = this.#connections.get(client)?.last;
    return last?.kind === 'data' && last.from === from ? last : undefined;
  }

  /** A message follows the ones before. */
  follow(client: string, row: Row): void {
    const connection = this.#connections.get(client) ?? this.#add(client, false);
    const { last, request } = connection;
    if (row.kind === 'request') connection.request = row;
    connection.last = row;
    if (row.kind !== 'data' || row.from === client) return;
    row.ties = { ...request?.ties, ...(last?.ties?.offset !== undefined && last.ties) };
    connection.headless.push(row);
    this.#match(connection);
  }

  /** The first bytes of some data have arrived; returns the data if that is known. */
  head(client: string, bytes: Uint8Array): Row | undefined {
    const connection = this.#connections.get(client);
    if (!connection?.isWhole) return undefined;
    connection.heads.push(bytes);
    return this.#match(connection);
  }

  #add(client: string, isWhole: boolean): Connection {
    const connection: Connection = { isWhole, headless: [], heads: [] };
    this.#connections.set(client, connection);
    if (this.#connections.size > kept) {
      this.#connections.delete(this.#connections.keys().next().value!);
    }
    return connection;
  }

  #match({ headless, heads }: Connection): Row | undefined {
    const [row, head] = [headless[0], heads[0]];
    if (!row || !head) return undefined;
    headless.shift();
    heads.shift();
    row.bytes = head;
    return row;
  }
}
