// Writes messages as JSON.
import { hexOf } from '../../wire/encodings.ts';
import type { Field } from '../../wire/field-list.ts';
import { dissectRow, type Row } from '../../wire/row.ts';
import { sealFields } from '../../wire/seal-fields.ts';

/**
 * The messages as an array of objects: times in milliseconds, bytes as hexadecimal digits. Of data
 * there are only the first bytes. Of a sealed datagram, `bytes` are those that crossed the wire, with
 * their `sealFields`, and `opened` is the message in it, with its `fields`.
 *
 * @param nameOf the name of the node behind an address
 */
export function jsonOf(rows: readonly Row[], nameOf: (end: string) => string): string {
  const messages = rows.map((row) => {
    const { at, via, kind, from, to, fate, latency, connection, dataLength, summary, bytes } = row;
    const { seal, opened } = row;
    const isOpened = bytes !== undefined && opened !== undefined;
    return {
      ...{ at, via, kind, from, to, fromNode: nameOf(from), toNode: nameOf(to), fate, latency },
      ...{ connection, summary, seal, bytes: bytes && hexOf(bytes) },
      ...(isOpened && { sealFields: listed(sealFields(bytes)), opened: hexOf(opened) }),
      fields: listed(dissectRow(row)?.fields),
      ...(kind === 'data' && { dataLength, offset: row.ties?.offset, file: row.ties?.filename }),
    };
  });
  return `${JSON.stringify(messages, undefined, 2)}\n`;
}

function listed(fields: readonly Field[] | undefined): object[] | undefined {
  return fields?.map(({ name, start, end, text }) => ({ name, start, end, text }));
}
