// The fields of a sealed datagram: what crosses the wire around a message.
import { hexOf } from './encodings.ts';
import type { Field } from './field-list.ts';
import { sealLayout as at, tagLength } from './seal-layout.ts';

/** The fields of a sealed datagram: each byte belongs to one. */
export function sealFields(bytes: Uint8Array): Field[] {
  const tag = bytes.length - tagLength;
  const length = tag - at.ciphertext;
  const hex = (start: number, end: number): string => hexOf(bytes.subarray(start, end));
  const counter = new DataView(bytes.buffer, bytes.byteOffset + at.counter, 8).getBigUint64(0);
  const fields: readonly Omit<Field, 'role'>[] = [
    {
      ...{ name: 'version', start: 0, end: at.keyId, text: hex(0, at.keyId) },
      meaning: 'this datagram is sealed: no open message begins with this byte',
    },
    {
      ...{ name: 'key id', start: at.keyId, end: at.salt, text: hex(at.keyId, at.salt) },
      meaning: "names the cluster's key, and tells nothing of it",
    },
    {
      ...{ name: 'salt', start: at.salt, end: at.counter, text: hex(at.salt, at.counter) },
      meaning: 'random, new at each start: with it the key becomes a key of this sender alone',
    },
    {
      ...{ name: 'counter', start: at.counter, end: at.ciphertext, text: String(counter) },
      meaning: 'the number of this datagram: a receiver opens each only once',
    },
    {
      ...{ name: 'ciphertext', start: at.ciphertext, end: tag, text: `${length} bytes` },
      meaning: 'the message, which nobody can read without the key',
    },
    {
      ...{ name: 'tag', start: tag, end: bytes.length, text: hex(tag, bytes.length) },
      meaning: 'proves that the sender has the key, and that no byte was changed',
    },
  ];
  return fields.flatMap((field) => (field.end > field.start ? { ...field, role: 'value' } : []));
}
