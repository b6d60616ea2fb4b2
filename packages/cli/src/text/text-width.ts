// The width of text on a terminal: a CJK character fills two columns, a combining mark none.
import stringWidth from 'fast-string-width';

/** The number of columns that a text fills. */
export function textWidth(text: string): number {
  // macOS decomposes the characters of file names: each part would be counted.
  return stringWidth(text.normalize('NFC'));
}

/** A text filled up with blanks to a number of columns. */
export function padText(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

/** A text cut to a number of columns; `~` stands at the end of one that was cut. */
export function shortenText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let short = '';
  let width = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += textWidth(segment);
    if (width > columns) break;
    short += segment;
  }
  return columns > 0 ? `${short}~` : '';
}
