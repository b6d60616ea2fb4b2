// The dialogue of a session: the lines that are typed, and what is printed. Here in plain lines.
import { print, type Io } from '../output/io.ts';
import { LineReader, maxLineLength } from './line-reader.ts';
import type { LiveLine } from '../output/live-line.ts';

/** The lines that a person or a script types. */
export interface Lines {
  /** The next line without its end; `undefined` after the last one. */
  next(): Promise<string | undefined>;
  /** How many lines have come, including those that were not read yet. */
  readonly count: number;
  /** Whether all lines were read and no other will come. */
  readonly done: boolean;
}

/** A dialogue between the session and its user. */
export interface Dialogue extends Disposable {
  /** Whether a person types at a terminal. Other lines come from a file or a pipe, or there are none. */
  readonly interactive: boolean;
  readonly lines: Lines;
  /** Whether a command has failed. */
  readonly failed: boolean;
  /** Whether the person at the terminal has left (Ctrl-D), or the program has to stop. */
  readonly left: boolean;
  /** Prints results. */
  say(...lines: readonly string[]): void;
  /** Prints a note. */
  note(line: string): void;
  /** Prints why a command has failed. */
  fail(reason: string): void;
  /** A line that can change; `undefined` if the output has no place for one. */
  live(): LiveLine | undefined;
}

/** A dialogue in plain lines, as in the original. */
export class PlainDialogue implements Dialogue {
  readonly interactive: boolean;
  readonly lines: LineReader;
  readonly #io: Io;
  #failed = false;

  constructor(io: Io) {
    this.#io = io;
    this.interactive = io.stdin.isTTY === true;
    this.lines = new LineReader(io.stdin, io.signal, () => {
      this.fail(`A line of more than ${maxLineLength} characters was ignored.`);
    });
  }

  get failed(): boolean {
    return this.#failed;
  }

  get left(): boolean {
    return this.#io.signal.aborted || (this.interactive && this.lines.done);
  }

  say(...lines: readonly string[]): void {
    print(this.#io.stdout, ...lines);
  }

  note(line: string): void {
    print(this.#io.stderr, line);
  }

  fail(reason: string): void {
    this.#failed = true;
    this.note(sentence(reason));
  }

  live(): undefined {
    return undefined;
  }

  [Symbol.dispose](): void {
    this.lines.close();
  }
}

/** The message of an error as a sentence. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}
