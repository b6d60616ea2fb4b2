// Text and bytes: UTF-8, blanks and digits as the wire has them.
const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The byte that ends a line: a line feed. */
export const newline = 0x0a;

/** Encodes text as UTF-8. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Decodes UTF-8. `undefined` if the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

const blank = /[\s\u0085]/;

/**
 * A text without the blanks at its ends: Unicode's white space and U+FEFF, which a receiver ignores
 * around a field.
 */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && blank.test(text[start]!)) start += 1;
  while (end > start && blank.test(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}

/** The largest number that {@link parseDigits} reads. */
export const maxDigits = 999_999_999_999_999;

/** The number that 1 to 15 digits stand for. `undefined` for any other text. */
export function parseDigits(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * As much of a text as fits into `maxBytes` bytes of UTF-8, cut between characters.
 *
 * @see docs/protocol.md, "The header"
 */
export function cutText(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += encodeText(character).length;
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
