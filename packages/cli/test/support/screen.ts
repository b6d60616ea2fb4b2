// A terminal for tests: lays out what is written to it in lines that wrap at the end of the window.
import { Writable } from 'node:stream';
import type { Output } from '../../src/output/io.ts';

/** How a terminal treats lines that are longer than a narrower window. */
export type Resizing = 'reflows' | 'cuts';

/** A terminal window. Each character fills one column. */
export class Screen {
  readonly output: Output;
  readonly #resizing: Resizing;
  /** Lines as they were written; a line may fill several rows. */
  readonly #lines = [''];
  #columns: number;
  /** The width that the program knows of. */
  #known: number;
  /** The cursor: the index of its line, and of the character in it. */
  #line = 0;
  #offset = 0;
  #wraps = true;

  constructor(columns: number, resizing: Resizing = 'reflows') {
    this.#columns = columns;
    this.#known = columns;
    this.#resizing = resizing;
    const write = (text: string): void => {
      this.#write(text);
    };
    const stream = new Writable({
      decodeStrings: false,
      write: (text: string | Buffer, _encoding, done) => {
        write(String(text));
        done();
      },
    });
    this.output = Object.defineProperties(stream, {
      isTTY: { value: true },
      columns: { get: () => this.#known },
      _refreshSize: { value: this.notice.bind(this) },
    });
  }

  /** The text on the screen, without blanks and empty lines at the end. */
  get text(): string {
    return this.#lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** Changes the width, and tells the program of it. */
  resize(columns: number): void {
    this.resizeUnnoticed(columns);
    this.notice();
  }

  /** Changes the width: the program is not told of it yet, and has to look itself. */
  resizeUnnoticed(columns: number): void {
    this.#columns = columns;
    if (this.#resizing === 'cuts') {
      this.#lines.forEach((line, index) => (this.#lines[index] = line.slice(0, columns)));
      this.#offset = Math.min(this.#offset, columns - 1);
    }
  }

  notice(): void {
    if (this.#known === this.#columns) return;
    this.#known = this.#columns;
    this.output.emit('resize');
  }

  #write(text: string): void {
    // eslint-disable-next-line no-control-regex -- escape sequences begin with it
    for (const [part, count, code] of text.matchAll(/\u001b\[(\??\d*)([A-Za-z])|[^]/gu)) {
      if (code !== undefined) this.#steer(code, count!);
      else if (part === '\r') this.#offset -= this.#column;
      else if (part === '\n') this.#nextLine();
      else this.#put(part);
    }
  }

  get #column(): number {
    return this.#offset % this.#columns;
  }

  #put(character: string): void {
    const line = this.#lines[this.#line]!.padEnd(this.#offset);
    this.#lines[this.#line] =
      line.slice(0, this.#offset) + character + line.slice(this.#offset + 1);
    const atTheEnd = this.#column === this.#columns - 1;
    if (this.#wraps || !atTheEnd) this.#offset += 1;
  }

  #nextLine(): void {
    this.#line += 1;
    this.#offset = 0;
    if (this.#line === this.#lines.length) this.#lines.push('');
  }

  #steer(code: string, count: string): void {
    const times = Number(count) || 1;
    if (code === 'A') for (let time = 0; time < times; time += 1) this.#up();
    else if (code === 'C') this.#offset += times;
    else if (code === 'D') this.#offset -= times;
    else if (code === 'G') this.#offset += times - 1 - this.#column;
    else if (code === 'J') {
      this.#lines[this.#line] = this.#lines[this.#line]!.slice(0, this.#offset);
      this.#lines.splice(this.#line + 1);
    } else if (code === 'K') {
      const line = this.#lines[this.#line]!;
      const end = this.#offset - this.#column + this.#columns;
      const rest = line.slice(end);
      const kept = line.slice(0, this.#offset);
      this.#lines[this.#line] = rest === '' ? kept : kept.padEnd(end) + rest;
    } else if (count === '?7') this.#wraps = code === 'h';
    else throw new Error(`the screen does not know CSI ${count}${code}`);
  }

  #up(): void {
    if (this.#offset >= this.#columns) this.#offset -= this.#columns;
    else if (this.#line > 0) {
      const column = this.#column;
      this.#line -= 1;
      const rows = Math.max(1, Math.ceil(this.#lines[this.#line]!.length / this.#columns));
      this.#offset = (rows - 1) * this.#columns + column;
    }
  }
}
