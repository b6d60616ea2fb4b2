import { print, type Io } from './io.ts';
import { LineReader, maxLineLength } from './line-reader.ts';

/** What a person or a script types, and what it is told. */
export class Dialogue implements Disposable {
  /** Whether a person types at a terminal; otherwise lines come from a file, a pipe or nowhere. */
  readonly interactive: boolean;
  readonly lines: LineReader;
  readonly #io: Io;
  #failed = false;

  constructor(io: Io) {
    this.#io = io;
    this.interactive = io.stdin.isTTY === true;
    this.lines = new LineReader(io.stdin, io.signal, () => {
      this.fail(`A line of more than ${maxLineLength} characters was left out.`);
    });
  }

  /** Whether some line could not be done. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Whether the person at the terminal left (Ctrl-D), or the program was told to stop. */
  get left(): boolean {
    return this.#io.signal.aborted || (this.interactive && this.lines.done);
  }

  /** What was asked for. */
  say(...lines: readonly string[]): void {
    print(this.#io.stdout, ...lines);
  }

  /** What is good to know beside that. */
  note(line: string): void {
    print(this.#io.stderr, line);
  }

  /** Why a line could not be done. */
  fail(reason: string): void {
    this.#failed = true;
    this.note(sentence(reason));
  }

  [Symbol.dispose](): void {
    this.lines.close();
  }
}

/** The message of an error as a sentence of its own. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}
