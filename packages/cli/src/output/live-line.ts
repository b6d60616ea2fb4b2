// Lines on a terminal that are redrawn in their place.
import type { Io, Output } from './io.ts';

const [wrapOff, wrapOn] = ['\u001b[?7l', '\u001b[?7h'];
const [eraseLine, eraseRest] = ['\u001b[K', '\u001b[J'];

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

/** Whether lines can be redrawn on a stream: on a terminal that knows escape sequences. */
export function canRedraw(stream: Pick<Output, 'isTTY'>, { TERM }: Io['env']): boolean {
  return stream.isTTY === true && TERM !== 'dumb';
}

/** Live lines at the end of what a command prints, one below the other. */
export class OutputLines {
  readonly #stream: Output;
  #shown: readonly string[] = [];

  constructor(stream: Output) {
    this.#stream = stream;
  }

  get columns(): number {
    return columnsOf(this.#stream);
  }

  /** Replaces the lines by others. */
  show(lines: readonly string[]): void {
    const text = lines.join(`${eraseLine}\n`);
    const up = lines.length > 1 ? `\u001b[${lines.length - 1}A` : '';
    // The cursor stays at the start of the first line: if a narrower window breaks a line in two, all of it is
    // erased from there. Terminals count some characters wider than we do, so wrapping is off meanwhile.
    this.#stream.write(`${wrapOff}\r${text}${eraseRest}\r${up}${wrapOn}`);
    this.#shown = lines;
  }

  clear(): void {
    if (this.#shown.length > 0) this.show([]);
  }

  /** Prints above the lines. */
  above(print: () => void): void {
    const lines = this.#shown;
    this.clear();
    print();
    if (lines.length > 0) this.show(lines);
  }
}

/** A single live line there. */
export class OutputLine implements LiveLine {
  readonly #lines: OutputLines;

  constructor(stream: Output) {
    this.#lines = new OutputLines(stream);
  }

  get columns(): number {
    return this.#lines.columns;
  }

  show(line: string): void {
    this.#lines.show(line === '' ? [] : [line]);
  }

  clear(): void {
    this.#lines.clear();
  }

  /** Prints above the line. */
  above(print: () => void): void {
    this.#lines.above(print);
  }
}
