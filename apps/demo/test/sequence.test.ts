// Rows of the sequence diagram, made of the events of both ends of a message.
import { encodeMessage, encodeTransferHeader, type Message } from '@peerlane/protocol';
import { expect, it } from 'vitest';
import type { WireEvent } from '../src/wire/events.ts';
import { dissectRow, type Row } from '../src/wire/row.ts';
import { Sequence } from '../src/wire/sequence.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const [one, other] = ['127.0.0.1:1', '127.0.0.1:2'];
const get: Message = { type: 'get', filename: 'a.txt' };
const file: Message = { type: 'file', method: 1, port: 5 };

let seq = 0;

/** A datagram from one to the other, or from the other to one, as one of the two reports it. */
function datagram(
  fate: 'out' | 'in' | 'dropped',
  at: number,
  message: Message = get,
  from: string = one,
): WireEvent {
  const to = from === one ? other : one;
  const [own, peer] = fate === 'out' ? [from, to] : [to, from];
  const bytes = base64(encodeMessage(message));
  return { seq: (seq += 1), type: 'datagram', node: own, at, fate, own, peer, bytes };
}

function transfer(
  at: number,
  direction: 'in' | 'out',
  what: { readonly bytes?: string; readonly dataLength?: number },
): WireEvent {
  const event = { seq: (seq += 1), type: 'transfer', node: 'node2', isSealed: false } as const;
  return { ...event, client: one, at, direction, ...what };
}

function rowsOf(...events: readonly WireEvent[]): readonly Row[] {
  const sequence = new Sequence();
  for (const event of events) sequence.apply(event);
  return sequence.rows;
}

it('A departure and its arrival make one row', () => {
  expect(rowsOf(datagram('out', 10), datagram('in', 12))).toMatchObject([
    { from: one, to: other, kind: 'get', at: 10, fate: 'received', latency: 2 },
  ]);
});

it('An arrival that is reported before its departure is in the same row', () => {
  expect(rowsOf(datagram('out', 9, file), datagram('in', 12), datagram('out', 10))).toMatchObject([
    { kind: 'file', at: 9, fate: 'sent' },
    { kind: 'get', at: 10, fate: 'received', latency: 2 },
  ]);
});

it('A message that is underway is distinguished from one that got lost', () => {
  const rows = rowsOf(
    datagram('out', 10),
    datagram('out', 20, file),
    datagram('dropped', 21, file),
  );
  expect(rows.map(({ fate }) => fate)).toEqual(['sent', 'lost']);
});

it('An arrival belongs to the newest of equal messages', () => {
  const rows = rowsOf(datagram('out', 10), datagram('out', 250), datagram('in', 251));
  expect(rows.map(({ fate }) => fate)).toEqual(['sent', 'received']);
});

it('Rows are in the order in which their messages left', () => {
  const rows = rowsOf(datagram('out', 30), datagram('out', 10, file), datagram('out', 20, file));
  expect(rows.map(({ at }) => at)).toEqual([10, 20, 30]);
});

it('A File shows how long after its Get it left', () => {
  const rows = rowsOf(
    datagram('out', 1000),
    datagram('in', 1001),
    datagram('out', 11_000, file, other),
  );
  expect(rows.at(-1)).toMatchObject({ kind: 'file', waited: 10_000 });
});

it('Data between two lines of a connection is added up', () => {
  const request = base64(Buffer.from('Get,a.txt\n'));
  const header = encodeTransferHeader({ size: 7, filename: 'a.txt' });
  const rows = rowsOf(
    transfer(1, 'in', { bytes: request }),
    transfer(2, 'out', { bytes: base64(header) }),
    transfer(3, 'out', { dataLength: 3 }),
    transfer(4, 'out', { dataLength: 4 }),
  );
  expect(rows).toMatchObject([
    { kind: 'request', from: one, to: 'node2', connection: one },
    { kind: 'header', from: 'node2', to: one },
    { kind: 'data', from: 'node2', to: one, dataLength: 7, at: 3 },
  ]);
  expect(rows.map((row) => dissectRow(row)?.kind)).toEqual(['request', 'header', undefined]);
});

it('The number of rows is limited', () => {
  const events = Array.from({ length: 3000 }, (_, at) => datagram('out', at));
  const rows = rowsOf(...events);
  expect(rows.length).toBeLessThan(2000);
  expect(rows.at(-1)!.at).toBe(2999);
});

it('A File shows the Get that it answers if the first one was lost', () => {
  const asked: Message = { ...get, extension: { v: 2, req: '00f1e2d3c4b5a697' } };
  const extension = { v: 2, req: '00f1e2d3c4b5a697', size: 7 } as const;
  const [lost, heard, answer] = rowsOf(
    datagram('out', 1000, asked),
    datagram('dropped', 1001, asked),
    datagram('out', 1250, asked),
    datagram('in', 1251, asked),
    datagram('out', 1252, { ...file, extension }, other),
  );
  expect(lost).toMatchObject({ fate: 'lost' });
  expect(answer!.answers).toBe(heard);
  expect(answer!.waited).toBe(2);
});

/** A sealed datagram; its bytes are made up, as only the page's opener reads them. */
const sealed = Uint8Array.from({ length: 60 }, (_, index) => index + 1);

it('A sealed datagram is shown by the message that the page has opened', () => {
  const opened = base64(encodeMessage(get));
  const event = { ...datagram('out', 10), bytes: base64(sealed), opened } as WireEvent;
  const [row] = rowsOf(event, { ...event, fate: 'in', own: other, peer: one, at: 12 } as WireEvent);
  expect(row).toMatchObject({ kind: 'get', seal: 'datagram', fate: 'received', latency: 2 });
  expect(row!.bytes).toEqual(sealed);
  expect(row!.opened).toEqual(encodeMessage(get));
  expect(row!.ties).toMatchObject({ filename: 'a.txt' });
  expect(dissectRow(row!)?.summary).toBe('who has "a.txt"?');
});

it('A sealed datagram that the page cannot open is shown by the fields of its seal', () => {
  const [row] = rowsOf({ ...datagram('out', 10), bytes: base64(sealed) } as WireEvent);
  expect(row).toMatchObject({ kind: 'unknown', seal: 'datagram' });
  expect(dissectRow(row!)?.fields.map(({ name }) => name)).toEqual([
    ...['version', 'key id', 'salt', 'counter', 'ciphertext', 'tag'],
  ]);
});

it('A datagram that a sealed node has dropped is refused, and answered by no File', () => {
  const refused = { ...datagram('in', 1001), fate: 'refused' } as WireEvent;
  const [row, answer] = rowsOf(
    datagram('out', 1000),
    refused,
    datagram('out', 11_000, file, other),
  );
  expect(row).toMatchObject({ kind: 'get', fate: 'refused', latency: 1 });
  expect(answer!.answers).toBe(undefined);
});

it('What crosses a connection that TLS seals is marked', () => {
  const bytes = base64(Buffer.from('Get,a.txt\n'));
  const rows = rowsOf(
    {
      ...{ seq: 1, at: 1, node: 'node1', isSealed: true },
      type: 'connected',
      local: one,
      server: other,
    },
    { ...transfer(2, 'in', { bytes }), isSealed: true } as WireEvent,
    { ...transfer(3, 'out', { dataLength: 3 }), isSealed: true } as WireEvent,
    transfer(4, 'in', { bytes }),
  );
  expect(rows.map(({ seal }) => seal)).toEqual(['tls', 'tls', 'tls', undefined]);
});
