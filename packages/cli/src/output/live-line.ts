// A line on a terminal that is redrawn in its place.
import type { Output } from './io.ts';

const [wrapOff, wrapOn, eraseRest] = ['\u001b[?7l', '\u001b[?7h', '\u001b[J'];

/** A line on a terminal that changes. */
export interface LiveLine {
  readonly columns: number;
  /** Replaces the line by another. */
  show(line: string): void;
  /** Removes the line. */
  clear(): void;
}

/** The width of a terminal in columns: 80 where it reports none. */
export function columnsOf({ columns }: Pick<Output, 'columns'>): number {
  return columns === undefined || columns === 0 ? 80 : columns;
}

/** A live line at the end of what a command prints. */
export class OutputLine implements LiveLine {
  readonly #stream: Output;
  #shown = '';

  constructor(stream: Output) {
    this.#stream = stream;
  }

  get columns(): number {
    return columnsOf(this.#stream);
  }

  show(line: string): void {
    // The cursor stays at the start of the line: if a narrower window breaks the line in two, all of it is
    // erased from there. Terminals count some characters wider than we do, so wrapping is off meanwhile.
    this.#stream.write(`${wrapOff}\r${line}${eraseRest}\r${wrapOn}`);
    this.#shown = line;
  }

  clear(): void {
    if (this.#shown !== '') this.show('');
  }

  /** Prints above the line. */
  above(print: () => void): void {
    const line = this.#shown;
    this.clear();
    print();
    if (line !== '') this.show(line);
  }
}
