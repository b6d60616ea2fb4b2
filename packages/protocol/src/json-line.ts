// A line of version 2: one JSON object with known keys, as text and as bytes.
import type { Field, OptionalField } from './fields.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';
import { decodeText, isLongerThan } from './text.ts';

/** The longest line of JSON that is written or read, in bytes, without its line feed. */
export const maxJsonLineBytes = 8192;

/** The object in a line, or what is wrong with the line; safe to print. */
export type JsonLineResult<T> = { readonly value: T } | { readonly fault: string };

/** The values that each key of an object can have; the keys are written in this order. */
export type Fields<T> = {
  readonly [Key in keyof T]-?: Pick<Partial<T>, Key> extends Pick<T, Key>
    ? OptionalField<T[Key]>
    : RequiredField<T[Key]>;
};

type RequiredField<T> = Field<T> & { readonly optional?: never };
type AnyField = Field<unknown> & { readonly optional?: true };

const tooLong = `expected a line of at most ${maxJsonLineBytes} bytes`;
const noObject = 'expected a JSON object';

/** Reads and writes one kind of line. */
export class JsonLine<T extends object> {
  readonly #fields: readonly (readonly [key: string, field: AnyField, start: string])[];
  readonly #keys: ReadonlySet<string>;

  constructor(fields: Fields<T>) {
    this.#fields = Object.entries<AnyField>(fields).map(([key, field]) => {
      return [key, field, `${JSON.stringify(key)}:`];
    });
    this.#keys = new Set(Object.keys(fields));
  }

  /**
   * Reads a line without its line feed. Unknown keys are left out.
   *
   * @see docs/protocol.md, "The extension line"
   */
  decode(line: Uint8Array): JsonLineResult<T> {
    if (line.length > maxJsonLineBytes) return { fault: tooLong };
    const text = decodeText(line);
    if (text === undefined) return { fault: 'expected UTF-8 text' };
    return this.#read(parseJson(text));
  }

  /**
   * Writes a line without its line feed.
   *
   * @throws ProtocolError `not-encodable` if a value is not allowed, a key is unknown, or the line
   * has more than 8192 bytes
   */
  encode(value: T): string {
    if (!isObject(value)) throw new ProtocolError('not-encodable', noObject);
    let text = '';
    let count = 0;
    for (const [key, field, start] of this.#fields) {
      const read = valueIn(value, key, field);
      if (read === undefined) continue;
      if ('fault' in read) throw new ProtocolError('not-encodable', read.fault);
      text += `${count === 0 ? '' : ','}${start}${JSON.stringify(read.value)}`;
      count += 1;
    }
    const keys = Object.keys(value);
    const unknown = keys.length === count ? undefined : keys.find((key) => !this.#keys.has(key));
    if (unknown !== undefined) {
      throw new ProtocolError('not-encodable', `Unrecognized key: ${excerpt(unknown)}`);
    }
    const line = `{${text}}`;
    if (isLongerThan(maxJsonLineBytes, line)) {
      throw new ProtocolError('not-encodable', tooLong);
    }
    return line;
  }

  /** The known keys of an object, or the first that has a value which is not allowed. */
  #read(source: unknown): JsonLineResult<T> {
    if (!isObject(source)) return { fault: noObject };
    const known: Record<string, unknown> = {};
    for (const [key, field] of this.#fields) {
      const read = valueIn(source, key, field);
      if (read === undefined) continue;
      if ('fault' in read) return read;
      known[key] = read.value;
    }
    return { value: known as T };
  }
}

function isObject(source: unknown): source is object {
  return typeof source === 'object' && source !== null && !Array.isArray(source);
}

/** The value that an object has for a key, or what is wrong with it; `undefined` where it may be left out, and is. */
function valueIn(
  object: object,
  key: string,
  field: AnyField,
): JsonLineResult<unknown> | undefined {
  const value = (object as Readonly<Record<string, unknown>>)[key];
  if (value === undefined && field.optional && !Object.hasOwn(object, key)) return undefined;
  return field.accepts(value) ? { value } : { fault: `${key}: expected ${field.expected}` };
}

/** The value of a JSON text, or `undefined` if it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
