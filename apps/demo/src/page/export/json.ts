// Writes messages as JSON.
import { dissectRow, type Row } from '../../wire/row.ts';

/**
 * The messages as an array of objects: times in milliseconds, bytes as hexadecimal digits. Of data
 * there are only the first bytes.
 *
 * @param nameOf the name of the node behind an address
 */
export function jsonOf(rows: readonly Row[], nameOf: (end: string) => string): string {
  const messages = rows.map((row) => {
    const { at, via, kind, from, to, fate, latency, connection, dataLength, summary, bytes } = row;
    const fields = dissectRow(row)?.fields.map(({ name, start, end, text }) => ({
      ...{ name, start, end, text },
    }));
    return {
      ...{ at, via, kind, from, to, fromNode: nameOf(from), toNode: nameOf(to), fate, latency },
      ...{ connection, summary, bytes: bytes && hexOf(bytes), fields },
      ...(kind === 'data' && { dataLength, offset: row.ties?.offset, file: row.ties?.filename }),
    };
  });
  return `${JSON.stringify(messages, undefined, 2)}\n`;
}

/** Bytes as hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
