// A line on a terminal that is drawn again and again in the same place.
import type { Output } from './io.ts';

const [wrapOff, wrapOn, eraseRest] = ['\u001b[?7l', '\u001b[?7h', '\u001b[J'];

/** A place on a terminal for one line that changes. */
export interface LiveLine {
  readonly columns: number;
  /** Shows another line in the place of the last one. */
  show(line: string): void;
  /** Removes the line. */
  clear(): void;
}

/** The width of a terminal in columns; some report none. */
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
    // The cursor waits at the start of the line: if a narrower window then breaks the line in two, what is
    // erased from there on is all of it. Terminals count some characters wider than we do, so none may
    // break the line while it is drawn.
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
