const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** The byte that ends every message: a line feed. */
export const newline = 0x0a;

/** Text to UTF-8 bytes. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** UTF-8 bytes to text, or `undefined` where the bytes are no UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

// What the original trims. U+FEFF is not among them, though `String.trim()` removes it.
const blank = /\p{White_Space}/u;

/** A text without the blanks around it. */
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

/** The digits of a whole number to the number, or `undefined` for any other text. */
export function parseDigits(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** As much of a text as fits into so many bytes of UTF-8, cut between characters. */
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
