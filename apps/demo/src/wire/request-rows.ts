// Finds the messages of one request: its Gets, the Files that answer them, and the TCP transfer.
import type { Row } from './row.ts';

/** The name of the node behind an address, also behind the client's end of a TCP connection. */
export type NameOf = (end: string) => string;

/**
 * The messages that belong to the same request as one of them.
 *
 * @param rows all messages, in the order in which they left
 */
export function requestRows(rows: readonly Row[], of: Row, nameOf: NameOf): ReadonlySet<Row> {
  const asked = questionOf(rows, of);
  if (!asked) return new Set(of.connection === undefined ? [of] : connectionRows(rows, of));
  const { filename, node } = { filename: asked.ties?.filename, node: nameOf(clientOf(asked)) };
  const gets = rows.filter(
    ({ kind, ties, from }) =>
      kind === 'get' && ties?.filename === filename && nameOf(from) === node,
  );
  const groups = requestsOf(gets);
  const mine = groups.findLastIndex((group) => group.includes(asked) || group[0]!.at <= asked.at);
  const group = groups[mine] ?? [];
  const [since, until] = [group[0]?.at ?? asked.at, groups[mine + 1]?.[0]?.at ?? Infinity];
  const files = rows.filter(({ answers }) => answers && group.includes(answers));
  const transfers = rows
    .filter(({ kind, ties, connection = '', at }) => {
      if (kind !== 'request' || ties?.filename !== filename || at < since || at >= until)
        return false;
      return nameOf(connection) === node;
    })
    .flatMap((request) => connectionRows(rows, request));
  return new Set([...group, ...files, ...transfers]);
}

/** Whether a message may belong to a request. */
export function belongsToRequest({ via, kind }: Row): boolean {
  return via === 'tcp' || kind === 'get' || kind === 'file';
}

/** The Get, or over TCP the request, by which something was asked for. */
function questionOf(rows: readonly Row[], of: Row): Row | undefined {
  if (of.kind === 'get') return of;
  if (of.kind === 'file') return of.answers;
  return connectionRows(rows, of).find(
    ({ kind, ties }) => kind === 'request' && ties?.filename !== undefined,
  );
}

function connectionRows(rows: readonly Row[], { connection }: Row): Row[] {
  return rows.filter((row) => connection !== undefined && row.connection === connection);
}

function clientOf({ connection, from }: Row): string {
  return connection ?? from;
}

/** Gets of one file by one node, request by request. Version 1 asks each peer only once. */
function requestsOf(gets: readonly Row[]): Row[][] {
  const groups: Row[][] = [];
  for (const get of gets) {
    const group = groups.at(-1);
    const req = get.ties?.req;
    const known = group?.find(({ ties }) => ties?.req !== undefined)?.ties?.req;
    const isOther =
      req === undefined
        ? known === undefined && group?.some(({ to }) => to === get.to)
        : known !== req && known !== undefined;
    if (!group || isOther) groups.push([get]);
    else group.push(get);
  }
  return groups;
}
