// What fits into a line of JSON.
import { ProtocolError } from '@peerlane/protocol';

/** How many bytes a text has as text of JSON, with its quotation marks. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
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
