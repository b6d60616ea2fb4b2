// Tables in plain text, for a terminal.
import { visibleText } from '@peerlane/protocol';
import { padText, textWidth } from './text-width.ts';

/** Rows as lines in which the columns are aligned. Nothing is appended to the last column. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map(visibleText));
  const widths = shown.reduce<number[]>(
    (known, row) => row.map((cell, index) => Math.max(known[index] ?? 0, textWidth(cell))),
    [],
  );
  return shown.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : padText(cell, widths[index]!)))
      .join('  ')
      .trimEnd(),
  );
}
