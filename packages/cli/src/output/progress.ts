import type { Options, SingleBar } from 'cli-progress';
import { visibleText } from '@peerlane/protocol';
import { sizeText, timeText } from './figures.ts';
import { RateMeter } from './rate-meter.ts';

/** A place on the terminal where one line is shown and changed. */
export interface LiveLine {
  readonly columns: number;
  /** Shows another line in the place of the last one. */
  show(line: string): void;
  /** Takes the line away. */
  clear(): void;
}

/** What cli-progress draws on. */
interface Terminal {
  cursorSave(): void;
  cursorRestore(): void;
  cursor(): void;
  cursorTo(): void;
  lineWrapping(): void;
  clearRight(): void;
  clearLine(): void;
  newline(): void;
  isTTY(): true;
  getWidth(): number;
  write(text: string): void;
}

/** How far one download is, drawn as a bar with its rate, the time left and the number of sources. */
export class Progress {
  readonly #bar: SingleBar;
  readonly #line: LiveLine;
  readonly #name: string;
  readonly #rate = new RateMeter(() => performance.now());
  #started = false;

  private constructor(bar: SingleBar, name: string, line: LiveLine) {
    this.#bar = bar;
    this.#name = name;
    this.#line = line;
  }

  /** Who is never shown a bar never loads what draws it. */
  static async on(line: LiveLine, filename: string): Promise<Progress> {
    const { default: progress } = await import('cli-progress');
    const { columns } = line;
    // What stands beside the bar takes up to 60 columns.
    const barsize = Math.max(0, Math.min(30, columns - 62));
    const options: Options & { readonly terminal: Terminal } = {
      format: `{name} ${barsize > 4 ? '[{bar}] ' : ''}{percentage}%{details}`,
      barsize,
      barCompleteChar: '=',
      barIncompleteChar: ' ',
      linewrap: true,
      clearOnComplete: true,
      terminal: terminalOn(line),
    };
    const name = shortened(visibleText(filename), Math.max(8, Math.min(24, columns - 50)));
    return new Progress(new progress.SingleBar(options), name, line);
  }

  update(received: number, size: number, sources?: number): void {
    const rate = this.#rate.add(received);
    const parts = [
      `${sizeText(received)} of ${sizeText(size)}`,
      ...(rate > 0 ? [`${sizeText(rate)}/s`, `${timeText((size - received) / rate)} left`] : []),
      ...(sources === undefined ? [] : [`${sources} source${sources === 1 ? '' : 's'}`]),
    ];
    const payload = { name: this.#name, details: `  ${parts.join('  ')}` };
    if (this.#started) this.#bar.update(received, payload);
    else this.#bar.start(size, received, payload);
    this.#started = true;
  }

  /** Takes the bar away. */
  stop(): void {
    this.#bar.stop();
    this.#line.clear();
  }
}

/** How wide a terminal is; some say that they are not wide at all. */
export function columnsOf({ columns }: { readonly columns?: number }): number {
  return columns === undefined || columns === 0 ? 80 : columns;
}

/** A line on a terminal that nobody types on. */
export function lineOn(stream: NodeJS.WritableStream & { readonly columns?: number }): LiveLine & {
  /** Prints something above it. */
  above(print: () => void): void;
} {
  let shown = '';
  const draw = (line: string): void => {
    stream.write(`\r${line}\u001b[K`);
    shown = line;
  };
  return {
    get columns() {
      return columnsOf(stream);
    },
    show: draw,
    clear: () => {
      if (shown !== '') draw('');
    },
    above: (print) => {
      const line = shown;
      if (line !== '') draw('');
      print();
      if (line !== '') draw(line);
    },
  };
}

function terminalOn(line: LiveLine): Terminal {
  const nothing = (): void => undefined;
  return {
    cursorSave: nothing,
    cursorRestore: nothing,
    cursor: nothing,
    cursorTo: nothing,
    lineWrapping: nothing,
    clearRight: nothing,
    clearLine: nothing,
    newline: nothing,
    isTTY: () => true,
    getWidth: () => line.columns,
    write: (text) => {
      line.show(shortened(text, line.columns - 1));
    },
  };
}

/** A text cut to a number of columns. East Asian characters and emoji take two. */
function shortened(text: string, columns: number): string {
  let width = 0;
  let short = '';
  for (const character of text) {
    width += character.codePointAt(0)! >= 0x1100 ? 2 : 1;
    if (width > columns) return `${short.slice(0, -1)}~`;
    short += character;
  }
  return short;
}
