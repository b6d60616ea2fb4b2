// JSON events, one per line, in ASCII.
import type { Writable } from 'node:stream';

/** Writes a value as a line of JSON. No text in it can control a terminal. */
export function writeJson(stream: Writable, value: object): void {
  stream.write(`${asciiJson(value)}\n`);
}

/** A value as JSON in which every character beyond printable ASCII is escaped as `\uXXXX`. */
export function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
