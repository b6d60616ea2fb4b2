import { print, type Io } from '../output/io.ts';
import { LineReader, maxLineLength } from './line-reader.ts';
import type { LiveLine } from '../output/live-line.ts';

/** What a person or a script types, line by line. */
export interface Lines {
  /** The next line without its end; `undefined` when there is none any more. */
  next(): Promise<string | undefined>;
  /** How many lines have come, whether anybody asked for them yet or not. */
  readonly count: number;
  /** Whether every line was given out and no other will come. */
  readonly done: boolean;
}

/** Between the program and whoever uses it: what is typed, and what is told. */
export interface Dialogue extends Disposable {
  /** Whether a person types at a terminal; otherwise lines come from a file, a pipe or nowhere. */
  readonly interactive: boolean;
  readonly lines: Lines;
  /** Whether some line could not be done. */
  readonly failed: boolean;
  /** Whether the person at the terminal left (Ctrl-D), or the program was told to stop. */
  readonly left: boolean;
  /** What was asked for. */
  say(...lines: readonly string[]): void;
  /** What is good to know beside that. */
  note(line: string): void;
  /** Why a line could not be done. */
  fail(reason: string): void;
  /** A line that changes while something is done, where there is a place for it. */
  live(): LiveLine | undefined;
}

/** A dialogue in plain lines, as the original has it. */
export class PlainDialogue implements Dialogue {
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

/** The message of an error as a sentence of its own. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}
