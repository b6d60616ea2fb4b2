// Dissects messages: their kind, their fields, and a summary.
import {
  datagramForm,
  decodeMessage,
  transferHeaderBytes,
  TransferAnswerDecoder,
  TransferHeaderDecoder,
  TransferRequestDecoder,
  visibleText,
  type DiscoverMessage,
  type Message,
} from '@peerlane/protocol';
import { Fields, type Field } from './field-list.ts';
import { jsonPairs } from './json-pairs.ts';
import { meaningOf } from './meanings.ts';
import { sealFields } from './seal-fields.ts';

/** The kind of a message. */
export type Kind = 'discover' | 'get' | 'file' | 'request' | 'header' | 'answer' | 'unknown';

/** A message and its bytes, every one of which belongs to one field. */
export interface Dissection {
  readonly kind: Kind;
  /** The message in one line, safe to show. */
  readonly summary: string;
  readonly fields: readonly Field[];
  /** The fault of a message that is not valid. */
  readonly fault?: string;
  /** The values that relate it to other messages. */
  readonly ties?: Ties;
}

/** The values that the messages of one request share. Names are not safe to show. */
export interface Ties {
  readonly filename?: string | undefined;
  /** The `req` of version 2. */
  readonly req?: string | undefined;
  /** The offset in the file of the data of a request or an answer, in bytes. */
  readonly offset?: number | undefined;
  /** The requested thing: `data`, `manifest` or `catalog`. */
  readonly want?: string | undefined;
  /** Whether a File says that its sender does not have the file. */
  readonly miss?: boolean | undefined;
  /** Whether a DISCOVER is one of those that go to all members; version 1 does not show it. */
  readonly isBroadcast?: boolean | undefined;
}

const newline = 0x0a;
const padding = 0x3a;
const openBrace = 0x7b;

/** A datagram, as @peerlane/protocol reads it. A sealed one is no message until it is opened. */
export function dissectDatagram(bytes: Uint8Array): Dissection {
  if (datagramForm(bytes) === 'sealed') {
    const summary = 'sealed with a key that this page does not hold';
    return { kind: 'unknown', summary, fields: sealFields(bytes) };
  }
  return guarded(bytes, () => {
    const message = decodeMessage(bytes);
    const fields = new Fields(bytes);
    const end = lineEnd(bytes);
    firstLine(message, fields, end);
    if (end < bytes.length) fields.mark(end + 1, 'line feed', 'the end of the line of version 1');
    if (end + 1 < bytes.length) {
      const extensionEnd = lineEnd(bytes, end + 1);
      if (message.extension) jsonFields(fields, bytes, extensionEnd);
      else fields.value(extensionEnd, 'extension line', message.extensionFault ?? 'not read');
      if (extensionEnd < bytes.length) {
        fields.mark(extensionEnd + 1, 'line feed', 'the end of the line of version 2');
      }
    }
    const { extensionFault: fault } = message;
    return {
      kind: message.type,
      summary: summaryOf(message),
      fields: fields.all(),
      ...(fault !== undefined && { fault }),
      ties: tiesOf(message),
    };
  });
}

/** A line, or a header, that crossed a TCP connection in one direction. */
export function dissectTransfer(bytes: Uint8Array, direction: 'in' | 'out'): Dissection {
  return guarded(bytes, () => {
    if (direction === 'in') return dissectRequest(bytes);
    return bytes[0] === openBrace ? dissectAnswer(bytes) : dissectHeader(bytes);
  });
}

function dissectRequest(bytes: Uint8Array): Dissection {
  const request = new TransferRequestDecoder().push(bytes)?.request;
  if (!request) throw new Error('a request that is not whole');
  const fields = new Fields(bytes);
  const end = lineEnd(bytes);
  if (request.version === 1) {
    fields.value(3, 'type', 'I want a file');
    fields.mark(4, 'comma', 'between fields');
    fields.value(end, 'file name', 'the file that is wanted');
  } else {
    jsonFields(fields, bytes, end);
  }
  if (end < bytes.length) fields.mark(end + 1, 'line feed', 'the end of the request');
  const { filename } = request;
  const what =
    request.version === 1
      ? `Get "${request.filename}"`
      : `${request.want}${filename === undefined ? '' : ` of "${filename}"`}${rangeOf(request)}`;
  const ties = request.version === 1 ? { filename, want: 'data', offset: 0 } : request;
  return { kind: 'request', summary: visibleText(what), fields: fields.all(), ties };
}

function dissectHeader(bytes: Uint8Array): Dissection {
  const decoded = new TransferHeaderDecoder().push(bytes);
  if (!decoded) throw new Error('a header that is not whole');
  const { size, filename } = decoded.header;
  const fields = new Fields(bytes);
  padded(fields, bytes, 10, 'file size', 'the size in bytes, as digits');
  padded(fields, bytes, transferHeaderBytes, 'file name', 'the name of the file, cut to 64 bytes');
  const summary = visibleText(`${size} bytes of "${filename}"`);
  return { kind: 'header', summary, fields: fields.all() };
}

function dissectAnswer(bytes: Uint8Array): Dissection {
  const decoded = new TransferAnswerDecoder().push(bytes);
  if (!decoded) throw new Error('an answer that is not whole');
  const { answer } = decoded;
  const fields = new Fields(bytes);
  const end = lineEnd(bytes);
  jsonFields(fields, bytes, end);
  if (end < bytes.length) fields.mark(end + 1, 'line feed', 'the data begin behind it');
  const summary =
    'error' in answer
      ? `no: ${answer.error.code}`
      : `${answer.length} bytes${answer.offset === undefined ? '' : ` from ${answer.offset}`}`;
  const ties = 'error' in answer ? {} : answer;
  return { kind: 'answer', summary: visibleText(summary), fields: fields.all(), ties };
}

function isBroadcast({ addresses, extension }: DiscoverMessage): boolean | undefined {
  if (!extension) return undefined;
  const { ping, pong } = extension;
  return ping !== undefined && pong === undefined && addresses.length > 0;
}

function tiesOf(message: Message): Ties {
  switch (message.type) {
    case 'discover':
      return { isBroadcast: isBroadcast(message) };
    case 'get':
      return { filename: message.filename, req: message.extension?.req };
    case 'file':
      return { req: message.extension?.req, miss: message.extension?.miss };
  }
}

function firstLine(message: Message, fields: Fields, end: number): void {
  switch (message.type) {
    case 'discover':
      fields.value(Math.min(8, end), 'type', 'who is in the cluster');
      list(fields, end, (number) => [`member ${number}`, 'a member that the sender knows']);
      break;
    case 'get':
      fields.value(Math.min(3, end), 'type', 'who has this file?');
      fields.mark(Math.min(4, end), 'comma', 'between fields');
      fields.value(end, 'file name', 'the file that is wanted');
      break;
    case 'file':
      fields.value(Math.min(4, end), 'type', 'I have it');
      list(fields, end, (number) =>
        number === 1
          ? ['method', 'how to fetch it: 1 is TCP']
          : [
              'port',
              message.port === 0 ? 'none: nothing is offered' : 'the TCP port to fetch it from',
            ],
      );
  }
}

function list(
  fields: Fields,
  end: number,
  name: (number: number) => readonly [name: string, meaning: string],
): void {
  for (let number = 1; fields.at < end; number += 1) {
    fields.mark(fields.at + 1, 'comma', 'between fields');
    fields.value(fields.nextComma(end), ...name(number));
  }
}

function jsonFields(fields: Fields, bytes: Uint8Array, end: number): void {
  const start = fields.at;
  for (const { key, start: from, end: to } of jsonPairs(bytes.subarray(start, end))) {
    fields.mark(start + from, 'JSON', 'holds the keys together');
    fields.value(start + to, visibleText(key), meaningOf(key));
  }
  fields.mark(end, 'JSON', 'holds the keys together');
}

function padded(
  fields: Fields,
  bytes: Uint8Array,
  end: number,
  name: string,
  meaning: string,
): void {
  let last = end;
  while (last > fields.at && bytes[last - 1] === padding) last -= 1;
  fields.value(last, name, meaning);
  fields.mark(end, 'padding', `colons up to byte ${end}`);
}

function summaryOf(message: Message): string {
  switch (message.type) {
    case 'discover': {
      const { addresses, extension } = message;
      const members = `${addresses.length} ${addresses.length === 1 ? 'member' : 'members'}`;
      const also = (['ping', 'pong', 'leave'] as const).filter((key) => extension?.[key]);
      return [members, ...also].join(', ');
    }
    case 'get':
      return visibleText(`who has "${message.filename}"?`);
    case 'file':
      return message.extension?.miss ? 'I do not have it' : `fetch it from port ${message.port}`;
  }
}

function rangeOf({ offset, length }: { offset?: number; length?: number }): string {
  if (offset === undefined && length === undefined) return '';
  const from = offset ?? 0;
  return length === undefined ? `, from ${from}` : `, bytes ${from} to ${from + length - 1}`;
}

function guarded(bytes: Uint8Array, dissect: () => Dissection): Dissection {
  try {
    return dissect();
  } catch (error) {
    const fields = new Fields(bytes);
    fields.value(bytes.length, 'bytes', 'no message of this protocol');
    const fault = (error as Error).message;
    return { kind: 'unknown', summary: 'not a message', fields: fields.all(), fault };
  }
}

function lineEnd(bytes: Uint8Array, from = 0): number {
  const end = bytes.indexOf(newline, from);
  return end === -1 ? bytes.length : end;
}
