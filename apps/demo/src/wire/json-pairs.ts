// Finds the pairs of a JSON object in its bytes.
/** A key and its value in a line of JSON: the offsets of the first byte, and of the byte after the last. */
export interface JsonPair {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** The offset of the value. */
  readonly value: number;
}

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * The places of the pairs of a JSON object in its bytes, without those of nested objects. The bytes must
 * be valid JSON.
 */
export function jsonPairs(bytes: Uint8Array): JsonPair[] {
  const pairs: JsonPair[] = [];
  let depth = 0;
  let keyEnd = -1;
  let start = -1;
  let value = -1;
  /** The last byte that is no blank. */
  let last = -1;
  const finish = (): void => {
    if (value === -1) return;
    const key = JSON.parse(new TextDecoder().decode(bytes.subarray(start, keyEnd))) as string;
    pairs.push({ key, start, end: last + 1, value });
    start = value = -1;
  };
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) continue;
    if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
      if (depth === 0) finish();
    } else if (byte === comma && depth === 1) {
      finish();
      continue;
    } else if (byte === colon && depth === 1 && value === -1) {
      value = -2;
      continue;
    }
    if (depth === 1 && value === -2) value = at;
    if (depth === 1 && start === -1 && byte === quote) start = at;
    if (byte === openBrace || byte === openBracket) depth += 1;
    if (byte === quote) at = stringEnd(bytes, at);
    if (start !== -1 && value === -1) keyEnd = at + 1;
    last = at;
  }
  return pairs;
}

/** The offset of the closing quote of the string that begins at `at`. */
function stringEnd(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  while (end < bytes.length && bytes[end] !== quote) end += bytes[end] === backslash ? 2 : 1;
  return end;
}
