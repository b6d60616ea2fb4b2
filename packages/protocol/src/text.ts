// Text and bytes: UTF-8, blanks and digits as the wire has them.
const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** The byte that ends a line: a line feed. */
export const newline = 0x0a;

/** Encodes text as UTF-8. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Whether a text has more bytes of UTF-8 than allowed. */
export function isLongerThan(maxBytes: number, text: string): boolean {
  // No code unit takes more than three bytes: most texts need not be encoded.
  return text.length * 3 > maxBytes && encodeText(text).length > maxBytes;
}

/** Decodes UTF-8. `undefined` if the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

// The characters that the original trims. U+FEFF is not among them, though `String.trim()` removes it.
const blank = /\p{White_Space}/u;

/** A text without the blanks at its ends. */
export function trimBlanks(text: string): string {
  return trimBlanksAtEnd(text.slice(countBlanks(text)));
}

/** A text without the blanks at its end: those at its start belong to a name. */
export function trimBlanksAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && blank.test(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}

/** How many bytes of blanks, line feeds included, stand ahead of anything else. */
export function blankBytesAhead(bytes: Uint8Array): number {
  const [first] = bytes;
  // Mostly there are none: then nothing is decoded.
  if (first === undefined || (first > 0x20 && first < 0x80)) return 0;
  const text = lenient.decode(bytes);
  return encodeText(text.slice(0, countBlanks(text))).length;
}

function countBlanks(text: string): number {
  let count = 0;
  while (count < text.length && blank.test(text[count]!)) count += 1;
  return count;
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
