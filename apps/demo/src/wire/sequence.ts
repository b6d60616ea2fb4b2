// Makes messages of the events of the nodes at both ends.
import { datagramForm } from '@peerlane/protocol';
import { Connections } from './connections.ts';
import { bytesOf } from './encodings.ts';
import { dissectDatagram, dissectTransfer } from './fields.ts';
import type { WireEvent } from './events.ts';
import { Questions } from './questions.ts';
import type { Row } from './row.ts';

/** The most rows that are kept. */
const kept = 1500;

/** What becomes of a datagram that has arrived. */
const arrivals = { in: 'received', dropped: 'lost', refused: 'refused' } as const;

type WithoutId = Omit<Row, 'id'>;

/**
 * Makes rows of what nodes report: a departure and the arrival of the same bytes are one message. Rows stand
 * in the order in which the messages left.
 */
export class Sequence {
  readonly #rows: Row[] = [];
  readonly #underway = new Map<string, Row[]>();
  readonly #connections = new Connections();
  readonly #questions = new Questions();
  #lastId = 0;
  #start = 0;

  /** All rows that are kept. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** The highest number of a row. */
  get lastId(): number {
    return this.#lastId;
  }

  /** When the first of all messages left, also of those that are not kept any more. */
  get start(): number {
    return this.#start;
  }

  /** Applies an event. Returns the row that is new or has changed, if there is one. */
  apply(event: WireEvent): Row | undefined {
    switch (event.type) {
      case 'datagram':
        return this.#datagram(event);
      case 'transfer':
        return this.#transfer(event);
      case 'dataHead':
        return this.#connections.head(event.client, bytesOf(event.bytes));
      case 'connected': {
        const { local: from, server: to, at, isSealed } = event;
        this.#connections.opened(from);
        return this.#add({
          ...{
            at,
            from,
            to,
            via: 'tcp',
            connection: from,
            kind: 'connect',
            dataLength: 0,
            fate: 'received',
          },
          summary: 'a TCP connection',
          ...sealOf(isSealed),
        });
      }
      case 'warning': {
        const { node, at, message: summary } = event;
        const row = { at, from: node, to: node, summary, dataLength: 0 } as const;
        return this.#add({ ...row, via: 'note', kind: 'note', fate: 'received' });
      }
    }
  }

  #datagram(event: WireEvent & { readonly type: 'datagram' }): Row {
    const { at, fate, own, peer } = event;
    const [from, to] = fate === 'out' ? [own, peer] : [peer, own];
    const key = `${from} ${to} ${event.bytes}`;
    const underway = this.#underway.get(key) ?? [];
    // Of equal messages the newest is meant: the older ones were lost.
    const half = underway.findLast((row) => (row.fate === 'sent') === (fate !== 'out'));
    if (half) {
      this.#forget(key, half);
      if (fate === 'out') this.#moveTo(half, at);
      else {
        half.fate = arrivals[fate];
        half.latency = Math.max(0, at - half.at);
      }
      return half;
    }
    const bytes = bytesOf(event.bytes);
    const opened = event.opened === undefined ? undefined : bytesOf(event.opened);
    const { kind, summary, ties = {} } = dissectDatagram(opened ?? bytes);
    const row = this.#add({
      ...{ at, from, to, via: 'udp', kind, summary, bytes, ties, dataLength: 0 },
      ...(datagramForm(bytes) === 'sealed' && { seal: 'datagram' }),
      ...(opened && { opened }),
      fate: fate === 'out' ? 'sent' : arrivals[fate],
    });
    this.#underway.set(key, [...underway, row]);
    // Messages that no node ever reports must not fill the memory.
    if (this.#underway.size > kept) this.#underway.delete(this.#underway.keys().next().value!);
    if (kind === 'get') this.#questions.ask(row);
    if (kind === 'file') this.#questions.answer(row);
    return row;
  }

  #transfer(event: WireEvent & { readonly type: 'transfer' }): Row {
    const { at, client, direction, node } = event;
    const seal = sealOf(event.isSealed);
    const [from, to] = direction === 'in' ? [client, node] : [node, client];
    if (event.bytes === undefined) {
      const dataLength = event.dataLength ?? 0;
      const data = this.#connections.data(client, from);
      if (data) {
        data.dataLength += dataLength;
        return data;
      }
      const row = {
        at,
        from,
        to,
        connection: client,
        dataLength,
        kind: 'data',
        summary: 'data',
        ...seal,
      } as const;
      return this.#note(client, { ...row, via: 'tcp', fate: 'received' });
    }
    const bytes = bytesOf(event.bytes);
    const { kind, summary, ties = {} } = dissectTransfer(bytes, direction);
    const row = { at, from, to, connection: client, dataLength: 0, kind, summary, bytes } as const;
    return this.#note(client, { ...row, ...seal, ties, via: 'tcp', fate: 'received' });
  }

  #note(client: string, row: WithoutId): Row {
    const added = this.#add(row);
    this.#connections.follow(client, added);
    return added;
  }

  #add(row: WithoutId): Row {
    if (this.#lastId === 0) this.#start = row.at;
    const added: Row = { id: (this.#lastId += 1), ...row };
    this.#insert(added);
    if (this.#rows.length > kept) this.#rows.shift();
    return added;
  }

  #insert(row: Row): void {
    let index = this.#rows.length;
    while (index > 0 && this.#rows[index - 1]!.at > row.at) index -= 1;
    this.#rows.splice(index, 0, row);
  }

  /** Sets when a row left: its arrival can be reported before its departure. */
  #moveTo(row: Row, at: number): void {
    row.latency = Math.max(0, row.at - at);
    row.at = at;
    const index = this.#rows.indexOf(row);
    if (index === -1) return;
    this.#rows.splice(index, 1);
    this.#insert(row);
  }

  #forget(key: string, row: Row): void {
    const left = this.#underway.get(key)?.filter((other) => other !== row) ?? [];
    if (left.length > 0) this.#underway.set(key, left);
    else this.#underway.delete(key);
  }
}

function sealOf(isSealed: boolean): { readonly seal?: 'tls' } {
  return isSealed ? { seal: 'tls' } : {};
}
