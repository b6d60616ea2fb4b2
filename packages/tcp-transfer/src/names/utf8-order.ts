// Compares names in UTF-8 as JavaScript compares texts: by UTF-16 code units.

/** Part of some bytes: a name. */
export interface NameBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A name as bytes. */
export function nameBytes(name: string): NameBytes {
  const bytes = Buffer.from(name);
  return { bytes, start: 0, end: bytes.length };
}

/** Whether one part of some bytes comes before another one (negative), is the same (0) or comes after it. */
export function compareBytes(
  one: Uint8Array,
  start: number,
  end: number,
  other: Uint8Array,
  otherStart: number,
  otherEnd: number,
): number {
  const shift = otherStart - start;
  const shorter = Math.min(end, otherEnd - shift);
  for (let at = start; at < shorter; at += 1) {
    const [left, right] = [one[at]!, other[at + shift]!];
    if (left !== right) return rank(left) - rank(right);
  }
  return end - start - (otherEnd - otherStart);
}

/**
 * The order of bytes, except that U+E000 to U+FFFF, which begin with 0xEE or 0xEF, come after all characters
 * of two code units, which begin with more.
 */
function rank(byte: number): number {
  return byte === 0xee || byte === 0xef ? byte + 0x10 : byte;
}
