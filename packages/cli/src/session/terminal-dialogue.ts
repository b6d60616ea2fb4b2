// The dialogue of a session at a terminal, with line editing, history, completion and progress bars.
import {
  createInterface,
  cursorTo,
  clearScreenDown,
  moveCursor,
  type Interface,
} from 'node:readline';
import { visibleText } from '@peerlane/protocol';
import {
  prompt,
  sentence,
  type CommandKeys,
  type Complete,
  type Dialogue,
  type Lines,
} from './dialogue.ts';
import type { Io, Printed } from '../output/io.ts';
import { columnsOf, type LiveLine } from '../output/live-line.ts';
import { styleFor, type Style } from '../output/style.ts';

/**
 * A dialogue with a person at a terminal. Lines can be edited, recalled and completed. Output and lines
 * that change appear above the line that is being typed.
 */
export class TerminalDialogue implements Dialogue, Lines {
  readonly interactive = true;
  readonly atTerminal = true;
  readonly failed = false;
  readonly #io: Io;
  readonly #readline: Interface;
  readonly #style: Style;
  readonly #queue: string[] = [];
  readonly #live = new Map<symbol, string>();
  #complete: Complete | undefined;
  /** Set when the commands can be used. */
  #keys: CommandKeys | undefined;
  #waiting: ((line: string | undefined) => void) | undefined;
  #closed = false;
  #count = 0;

  constructor(io: Io, color: boolean) {
    this.#io = io;
    this.#style = styleFor(io.stdout, io.env, color);
    this.#readline = createInterface({
      input: io.stdin,
      output: io.stdout,
      terminal: true,
      removeHistoryDuplicates: true,
      prompt: '',
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        const completing = this.#complete?.(line) ?? Promise.resolve([[], line] as never);
        void completing.then((result) => {
          done(null, result);
        });
      },
    });
    this.#readline.on('line', (line) => {
      this.#count += 1;
      this.#queue.push(line);
      this.#answer();
    });
    this.#readline.on('SIGINT', () => {
      if (this.#keys?.cancel() !== true) this.#readline.close();
    });
    this.#readline.on('SIGTSTP', this.#suspend);
    this.#readline.once('close', () => {
      this.#closed = true;
      // The cursor leaves the line of the prompt.
      if (this.#waiting) io.stdout.write('\n');
      this.#answer();
    });
    // Lines that change must not remain above a line that was typed.
    io.stdin.prependListener('keypress', this.#onKey);
    io.stdout.prependListener('resize', this.#onResize);
    io.stdin.on('error', this.#close);
    io.signal.addEventListener('abort', this.#close);
    if (io.signal.aborted) this.#close();
  }

  get lines(): Lines {
    return this;
  }

  get count(): number {
    return this.#count;
  }

  get done(): boolean {
    return this.#closed && this.#queue.length === 0;
  }

  get left(): boolean {
    return this.#io.signal.aborted || this.done;
  }

  get isTyping(): boolean {
    return this.#readline.line !== '' && !this.#closed;
  }

  next(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.#queue.length > 0 || this.#closed) this.#answer();
      else this.#refresh();
    });
  }

  completeBy(complete: Complete | undefined): void {
    this.#complete = complete;
  }

  begin(keys: CommandKeys): void {
    this.#keys = keys;
    this.#complete = keys.complete;
  }

  say(...lines: Printed): void {
    this.#above(
      lines
        .flat()
        .map((line) => `${visibleText(line)}\n`)
        .join(''),
    );
  }

  note(line: string): void {
    this.#above(`${this.#style('yellow', visibleText(line))}\n`);
  }

  fail(reason: string): void {
    this.#above(`${this.#style('red', visibleText(sentence(reason)))}\n`);
  }

  live(): LiveLine {
    const key = Symbol('line');
    const { stdout } = this.#io;
    return {
      get columns() {
        return columnsOf(stdout);
      },
      show: (line) => {
        this.#live.set(key, line);
        this.#refresh();
      },
      clear: () => {
        if (this.#live.delete(key)) this.#refresh();
      },
    };
  }

  [Symbol.dispose](): void {
    this.#io.signal.removeEventListener('abort', this.#close);
    this.#io.stdin.removeListener('keypress', this.#onKey);
    this.#io.stdout.removeListener('resize', this.#onResize);
    this.#live.clear();
    this.#close();
    this.#io.stdin.destroy();
  }

  #answer(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    waiting(this.#io.signal.aborted ? undefined : this.#queue.shift());
  }

  readonly #close = (): void => {
    this.#readline.close();
  };

  readonly #onKey = (_text: unknown, key?: { readonly name?: string }): void => {
    if (key?.name !== 'return' && key?.name !== 'enter') return;
    if (this.#live.size > 0 && this.#waiting) this.#show(this.#prompt());
  };

  // Ctrl-Z. By itself readline would ignore all keys afterwards, and where nothing can stop the program, as
  // in a container, leave the terminal in its normal mode.
  readonly #suspend = (): void => {
    const { stdin, suspend } = this.#io;
    if (this.#waiting) this.#erase();
    stdin.setRawMode?.(false);
    suspend?.();
    stdin.setRawMode?.(true);
    // The cursor is below what the shell has printed.
    Object.assign(this.#readline, { prevRows: 0 });
    this.#refresh();
  };

  // Most terminals wrap long lines anew when the window changes its width. readline has to know how many
  // rows are above the cursor then, before it redraws them. So the width is read again before each drawing:
  // the signal that tells of a change comes later.
  readonly #onResize = (): void => {
    Object.assign(this.#readline, { prevRows: this.#readline.getCursorPos().rows });
  };

  #prompt(): string {
    return this.#keys ? prompt : '';
  }

  /** Shows the lines that change, the prompt, and the text that was typed. */
  #refresh(): void {
    // While a command runs, there is no prompt.
    if (!this.#waiting || this.#closed) return;
    this.#io.stdout._refreshSize?.();
    this.#show([...this.#live.values(), this.#prompt()].join('\n'));
  }

  #show(prompt: string): void {
    this.#readline.setPrompt(prompt);
    this.#readline.prompt(true);
  }

  /** Writes whole lines above the prompt. */
  #above(text: string): void {
    const { stdout } = this.#io;
    if (!this.#waiting || this.#closed) {
      stdout.write(text);
      return;
    }
    stdout._refreshSize?.();
    const rows = this.#erase();
    // The prompt is redrawn that many rows above the cursor.
    stdout.write(text + '\n'.repeat(rows));
    this.#refresh();
  }

  /** Removes what is shown from the screen. Returns how many rows were above that of the cursor. */
  #erase(): number {
    const { stdout } = this.#io;
    const { rows } = this.#readline.getCursorPos();
    moveCursor(stdout, 0, -rows);
    cursorTo(stdout, 0);
    clearScreenDown(stdout);
    return rows;
  }
}
