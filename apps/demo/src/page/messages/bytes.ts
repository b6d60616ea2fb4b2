// Bytes for people: each as its two hexadecimal digits and, in a text, its character.
import { h } from '../dom.ts';

/** Each byte as its two hexadecimal digits: bytes that are no text. */
export function digitCells(bytes: Uint8Array, start: number, end: number): HTMLElement[] {
  return Array.from(bytes.subarray(start, end), (byte) =>
    h('span', { class: 'byte' }, h('i', {}, byte.toString(16).padStart(2, '0'))),
  );
}

/** Each byte as its character and its two hexadecimal digits. */
export function byteCells(bytes: Uint8Array, start: number, end: number): HTMLElement[] {
  const characters = charactersOf(bytes.subarray(start, end));
  return characters.map((character, index) =>
    h(
      'span',
      { class: 'byte' },
      h('b', {}, character),
      h('i', {}, bytes[start + index]!.toString(16).padStart(2, '0')),
    ),
  );
}

/** A character for each byte: that of several bytes stands at the first of them. */
function charactersOf(bytes: Uint8Array): string[] {
  const characters: string[] = [];
  for (const character of new TextDecoder().decode(bytes)) {
    const length = new TextEncoder().encode(character).length;
    characters.push(visible(character), ...Array.from({ length: length - 1 }, () => '·'));
  }
  // Bytes that are no text were replaced, and do not add up.
  if (characters.length !== bytes.length) return Array.from(bytes, () => '·');
  return characters;
}

function visible(character: string): string {
  if (character === '\n') return '↵';
  if (character === ' ') return '␣';
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? character : '·';
}

/** How many bytes a line of data has. */
const lineLength = 8;

/**
 * Bytes in lines, each with the place of its first byte.
 *
 * @param offset the place of the first of all
 */
export function byteLines(bytes: Uint8Array, offset: number): HTMLElement[] {
  const count = Math.ceil(bytes.length / lineLength);
  return Array.from({ length: count }, (_, index) => {
    const start = index * lineLength;
    const cells = byteCells(bytes, start, Math.min(start + lineLength, bytes.length));
    return h('p', {}, h('span', { class: 'offset' }, String(offset + start)), ...cells);
  });
}
