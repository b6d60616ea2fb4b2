// The dialogue of a session: the lines that are typed, and what is printed. Here in plain lines.
import { print, type Io, type Output, type Printed } from '../output/io.ts';
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

/** Returns the completions of a line, and the part of the line that they replace. */
export type Complete = (line: string) => Promise<[completions: string[], part: string]>;

/** What a dialogue calls for keys that concern the commands. */
export interface CommandKeys {
  /** Is called for Ctrl-C. Returns whether there was something to cancel. */
  readonly cancel: () => boolean;
  /** Is called for Tab. */
  readonly complete: Complete;
}

/** A dialogue between the session and its user. */
export interface Dialogue extends Disposable {
  /** Whether a person types at a terminal. Other lines come from a file or a pipe, or there are none. */
  readonly interactive: boolean;
  /** Whether this person also reads the output at the terminal. */
  readonly atTerminal: boolean;
  readonly lines: Lines;
  /** Whether a command has failed. */
  readonly failed: boolean;
  /** Whether the person at the terminal has left (Ctrl-D), or the program has to stop. */
  readonly left: boolean;
  /** Whether a line has been begun and not ended, as far as that can be seen. */
  readonly isTyping: boolean;
  /** Completes lines so from now on, where lines can be completed. */
  completeBy(complete: Complete | undefined): void;
  /** From now on commands can be typed: shows a person the prompt. */
  begin(keys: CommandKeys): void;
  /** Prints results. */
  say(...lines: Printed): void;
  /** Prints a note. */
  note(line: string): void;
  /** Prints why a command has failed. */
  fail(reason: string): void;
  /** A line that can change; `undefined` if the output has no place for one. */
  live(): LiveLine | undefined;
}

/** The prompt at a terminal. */
export const prompt = 'p2p> ';

/**
 * A dialogue in plain lines, as in the original. At a terminal that knows no escape sequences it has a
 * prompt.
 */
export class PlainDialogue implements Dialogue, Lines {
  readonly interactive: boolean;
  readonly atTerminal: boolean;
  /** Such a terminal hands over whole lines. */
  readonly isTyping = false;
  readonly #io: Io;
  readonly #reader: LineReader;
  #failed = false;
  #hasPrompt = false;
  /** Whether the prompt was shown and no line has come since. */
  #isAsking = false;

  constructor(io: Io) {
    this.#io = io;
    this.interactive = io.stdin.isTTY === true;
    this.atTerminal = this.interactive && io.stdout.isTTY === true;
    this.#reader = new LineReader(io.stdin, io.signal, () => {
      this.fail(`A line of more than ${maxLineLength} characters was ignored.`);
    });
  }

  get lines(): Lines {
    return this;
  }

  get count(): number {
    return this.#reader.count;
  }

  get done(): boolean {
    return this.#reader.done;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get left(): boolean {
    return this.#io.signal.aborted || (this.interactive && this.done);
  }

  async next(): Promise<string | undefined> {
    if (!this.#hasPrompt) return await this.#reader.next();
    this.#io.stdout.write(prompt);
    this.#isAsking = true;
    const line = await this.#reader.next();
    this.#isAsking = false;
    // What the shell prints next stands on a line of its own.
    if (line === undefined) this.#io.stdout.write('\n');
    return line;
  }

  completeBy(): void {
    // No key has a meaning here.
  }

  begin({ cancel }: CommandKeys): void {
    this.#hasPrompt = this.atTerminal;
    // Such a terminal turns Ctrl-C into a signal.
    if (this.interactive) this.#io.onInterrupt?.(cancel);
  }

  say(...lines: Printed): void {
    this.#print(this.#io.stdout, lines);
  }

  note(line: string): void {
    this.#print(this.#io.stderr, [line]);
  }

  fail(reason: string): void {
    this.#failed = true;
    this.note(sentence(reason));
  }

  live(): undefined {
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#reader.close();
  }

  /** Prints lines, below the prompt where one waits, which is shown again. */
  #print(stream: Output, lines: Printed): void {
    if (this.#isAsking) this.#io.stdout.write('\n');
    print(stream, ...lines);
    if (this.#isAsking) this.#io.stdout.write(prompt);
  }
}

/** The message of an error as a sentence. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}
