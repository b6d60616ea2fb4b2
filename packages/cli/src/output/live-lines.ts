// Several lines on a terminal that are redrawn in their place, one below the other.
import { columnsOf } from './live-line.ts';
import type { Output } from './io.ts';

const [wrapOff, wrapOn, eraseRest] = ['\u001b[?7l', '\u001b[?7h', '\u001b[J'];

/** Live lines at the end of what a command prints. */
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
    // The cursor stays at the start of the first line: all below it is erased from there.
    const up = lines.length > 1 ? `\u001b[${lines.length - 1}A` : '';
    this.#stream.write(`${wrapOff}\r${eraseRest}${lines.join('\n')}\r${up}${wrapOn}`);
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
