import { visibleText } from '@peerlane/protocol';

/** A part of a message: from its first byte up to the one behind its last. */
export interface Field {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** What it says, safe to show. */
  readonly text: string;
  /** What it is for. */
  readonly meaning: string;
  /** `mark`: it only holds others together. */
  readonly role: 'value' | 'mark';
}

const comma = 0x2c;

/** Parts of a message, each beginning where the one before it ended. */
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

  /** All fields, with one for whatever is left at the end. */
  all(): readonly Field[] {
    this.value(this.#bytes.length, 'surplus', 'not looked at');
    return this.#fields;
  }

  /** Where the next field begins. */
  get at(): number {
    return this.#at;
  }

  /** Where the next comma stands, or else the end. */
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
