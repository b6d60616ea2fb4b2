// Shows a text that was sent: each of its rows in a frame, so that none passes for a line of the program.
import { visibleText } from '@peerlane/protocol';
import { counted } from '../text/figures.ts';
import { textWidth } from '../text/text-width.ts';

/** The most rows that are shown. */
const maxRows = 500;

/** The narrowest text, however narrow the window is, in columns. */
const leastWidth = 20;

const [frame, lastFrame] = ['  │ ', '  └ '];

/**
 * A text in its frame. What would control the terminal is made visible, and a row is broken before the
 * terminal would break it, where the frame would be missing.
 *
 * @param columns the width of the terminal; `undefined` if the output is none
 */
export function framedText(text: string, columns: number | undefined): string[] {
  const width = columns === undefined ? Infinity : Math.max(leastWidth, columns - frame.length - 1);
  const lines = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  const rows: string[] = [];
  for (const line of lines) {
    if (rows.length > maxRows) break;
    rows.push(...rowsOf(visibleText(line.replaceAll('\t', '    ')), width));
  }
  const shown = rows.slice(0, maxRows).map((row) => frame + row);
  const isCut = rows.length > maxRows;
  return [
    ...shown,
    `${lastFrame}${isCut ? 'cut here: it has ' : ''}${counted(lines.length, 'line')}`,
  ];
}

function rowsOf(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line];
  const rows: string[] = [];
  let row = '';
  let filled = 0;
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    const columns = textWidth(segment);
    if (filled + columns > width) {
      rows.push(row);
      [row, filled] = ['', 0];
    }
    row += segment;
    filled += columns;
  }
  return [...rows, row];
}
