import type * as z from 'zod';
import { ProtocolError } from './protocol-error.ts';
import { decodeText, encodeText } from './text.ts';
import { visibleText } from './visible-text.ts';

/** The longest line of JSON that is written or read, in bytes, without its line feed. */
export const maxJsonLineBytes = 8192;

/** What a line of JSON turned out to hold, or what is wrong with it, safe to print. */
export type JsonLineResult<T> = { readonly value: T } | { readonly fault: string };

/** A line of version 2: one JSON object whose known keys a schema describes. */
export class JsonLine<T> {
  readonly #schema: z.ZodType<T>;
  readonly #strict: z.ZodType<T>;

  constructor(schema: z.ZodType<T> & { strict(): z.ZodType<T> }) {
    this.#schema = schema;
    this.#strict = schema.strict();
  }

  /** Reads a line without its line feed. Keys that the schema does not know are left out. */
  decode(line: Uint8Array): JsonLineResult<T> {
    if (line.length > maxJsonLineBytes) return { fault: tooLong };
    const text = decodeText(line);
    if (text === undefined) return { fault: 'expected UTF-8 text' };
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return { fault: 'expected a JSON object' };
    }
    const parsed = this.#schema.safeParse(json);
    return parsed.success ? { value: parsed.data } : { fault: faultOf(parsed.error) };
  }

  /**
   * Writes a line without its line feed.
   *
   * @throws ProtocolError `not-encodable` for what the schema does not allow, a key that it does
   * not know included, and for a line of over 8192 bytes
   */
  encode(value: T): string {
    const parsed = this.#strict.safeParse(value);
    if (!parsed.success) throw new ProtocolError('not-encodable', faultOf(parsed.error));
    const line = JSON.stringify(parsed.data);
    if (encodeText(line).length > maxJsonLineBytes) {
      throw new ProtocolError('not-encodable', tooLong);
    }
    return line;
  }
}

const tooLong = `expected a line of at most ${maxJsonLineBytes} bytes`;

function faultOf(error: z.ZodError): string {
  const { path, message } = error.issues[0]!;
  return visibleText(path.length > 0 ? `${path.join('.')}: ${message}` : message);
}
