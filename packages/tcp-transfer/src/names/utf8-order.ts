// Compares names in UTF-8 as JavaScript compares texts: by UTF-16 code units.

/** A name: part of some bytes. Loops over many names use one object again and again. */
export interface NameBytes {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** A name as bytes. */
export function nameBytes(name: string): NameBytes {
  const bytes = Buffer.from(name);
  return { bytes, start: 0, end: bytes.length };
}

/** The text of a name. */
export function nameText({ bytes, start, end }: NameBytes): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}

/** Whether one name comes before another one (negative), is the same (0) or comes after it. */
export function compareNames(one: NameBytes, other: NameBytes): number {
  return compareBytes(one.bytes, one.start, one.end, other.bytes, other.start, other.end);
}

/** {@link compareNames} for loops, without objects. */
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
    const left = one[at]!;
    const right = other[at + shift]!;
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

/** A number of 32 bits that two names seldom have in common. */
export function hashName({ bytes, start, end }: NameBytes): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  // FNV-1a alone leaves the lower bits of similar names similar.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
