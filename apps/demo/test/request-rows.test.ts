// The messages that belong to one request.
import { encodeMessage, type Message } from '@peerlane/protocol';
import { expect, it } from 'vitest';
import { requestRows } from '../src/wire/request-rows.ts';
import { Sequence } from '../src/wire/sequence.ts';

const [one, other, third] = ['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3'];
const client = '127.0.0.1:4';
const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');
const nameOf = (end: string): string => (end === client ? one : end);

let seq = 0;

/** Puts a datagram that arrives at once into a sequence. */
function send(sequence: Sequence, at: number, message: Message, from: string, to: string): void {
  const bytes = base64(encodeMessage(message));
  const event = { type: 'datagram', at, bytes } as const;
  sequence.apply({ ...event, seq: (seq += 1), node: from, fate: 'out', own: from, peer: to });
  sequence.apply({ ...event, seq: (seq += 1), node: to, fate: 'in', own: to, peer: from });
}

/** Opens a connection, and asks over it for a file. */
function fetchFile(sequence: Sequence, at: number, filename: string): void {
  const event = { at, node: one, seq: (seq += 1), isSealed: false };
  sequence.apply({ ...event, type: 'connected', local: client, server: other });
  const bytes = base64(`Get,${filename}\n`);
  sequence.apply({ ...event, type: 'transfer', direction: 'in', client, bytes });
}

function get(req?: string): Message {
  const message = { type: 'get', filename: 'a.txt' } as const;
  return req === undefined ? message : { ...message, extension: { v: 2, req } };
}

const file: Message = { type: 'file', method: 1, port: 5 };
const [first, second] = ['0'.repeat(16), '1'.repeat(16)];

it('The rows of a request are its Gets, its Files and its transfer, and no others', () => {
  const sequence = new Sequence();
  send(sequence, 10, get(first), one, other);
  send(sequence, 11, get(first), one, third);
  send(sequence, 12, { ...file, extension: { v: 2, req: first, size: 3 } }, other, one);
  fetchFile(sequence, 13, 'a.txt');
  send(sequence, 14, { type: 'get', filename: 'b.txt' }, one, other);
  send(sequence, 15, get(first), third, other);
  send(sequence, 20, get(second), one, other);
  const { rows } = sequence;
  const mine = rows.slice(0, 5);
  for (const row of mine) expect([...requestRows(rows, row, nameOf)]).toEqual(mine);
  expect([...requestRows(rows, rows.at(-1)!, nameOf)]).toEqual([rows.at(-1)]);
});

it('A second Get of version 1 to the same peer counts as another request', () => {
  const sequence = new Sequence();
  send(sequence, 10, get(), one, other);
  send(sequence, 11, get(), one, third);
  send(sequence, 10_010, file, other, one);
  send(sequence, 20_000, get(), one, other);
  send(sequence, 30_000, file, other, one);
  const { rows } = sequence;
  expect([...requestRows(rows, rows[2]!, nameOf)]).toEqual(rows.slice(0, 3));
  expect([...requestRows(rows, rows[4]!, nameOf)]).toEqual(rows.slice(3));
});
