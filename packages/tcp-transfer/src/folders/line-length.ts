// What fits into a line of JSON.
import { maxRequestBytes, ProtocolError } from '@peerlane/protocol';

/** How many bytes a text has as text of JSON, with its quotation marks. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** What the keys of a line take beside a path and the name of the folder, in bytes. */
const otherKeys = 320;

/** How many bytes a path in a folder may take, so that a client can ask for what comes after it. */
export function pathRoom(folder: string): number {
  return maxRequestBytes - otherKeys - jsonBytes(folder);
}

/** The line of an entry; `undefined` also if no line can hold its name. */
export async function encodable(
  line: Promise<Uint8Array | undefined>,
): Promise<Uint8Array | undefined> {
  try {
    return await line;
  } catch (error) {
    if (ProtocolError.is(error)) return undefined;
    throw error;
  }
}
