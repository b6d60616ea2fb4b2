// The fields of a message, for its dissection.
import { visibleText } from '@peerlane/protocol';

/** A part of a message: the offset of its first byte, and of the byte after its last. */
export interface Field {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Its value as text, safe to show. */
  readonly text: string;
  /** Its meaning. */
  readonly meaning: string;
  /** `mark`: it only separates other fields. */
  readonly role: 'value' | 'mark';
}

const comma = 0x2c;

/** Collects the fields of a message, each of which begins at the end of the previous one. */
export class Fields {
  readonly #bytes: Uint8Array;
  readonly #fields: Field[] = [];
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  value(end: number, name: string, meaning: string): void {
    this.#add({ end, name, meaning, role: 'value' });
  }

  mark(end: number, name: string, meaning: string): void {
    this.#add({ end, name, meaning, role: 'mark' });
  }

  /** All fields, with one for the remaining bytes. */
  all(): readonly Field[] {
    this.value(this.#bytes.length, 'surplus', 'not looked at');
    return this.#fields;
  }

  /** The offset of the next field. */
  get at(): number {
    return this.#at;
  }

  /** The offset of the next comma, or of the end. */
  nextComma(end: number): number {
    const at = this.#bytes.indexOf(comma, this.#at);
    return at === -1 ? end : Math.min(at, end);
  }

  #add(field: Omit<Field, 'start' | 'text'>): void {
    if (field.end <= this.#at) return;
    const text = textOf(this.#bytes.subarray(this.#at, field.end));
    this.#fields.push({ ...field, start: this.#at, text });
    this.#at = field.end;
  }
}

function textOf(bytes: Uint8Array): string {
  return visibleText(new TextDecoder().decode(bytes));
}
