// A node in a process of its own, and the questions to it.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A line that a node in a process of its own has printed. */
export interface PrintedLine {
  readonly event: string;
  readonly detail: string;
}

/** Makes a program from a source next to this file, so that it runs without a build. */
export async function bundle(source: string): Promise<string> {
  const outfile = fileURLToPath(
    new URL(`../../node_modules/.cache/${source.replace('.ts', '.js')}`, import.meta.url),
  );
  await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['@peerlane/source'],
  });
  return outfile;
}

/** A node in a process of its own. */
export class NodeProcess implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  readonly #lines: PrintedLine[] = [];
  readonly #news = new EventEmitter();
  #errors = '';

  /** `within`: the command that starts the program, such as `ip netns exec …`. */
  constructor(program: string, options: object, within: readonly string[] = []) {
    const [command, ...args] = [...within, process.execPath, program, JSON.stringify(options)];
    this.#child = spawn(command, args);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(JSON.parse(line) as PrintedLine);
      this.#news.emit('news');
    });
    this.#closed = once(this.#child, 'close').then(() => this.#news.emit('news'));
  }

  /** The first line of one kind, as soon as it comes. Rejects if the program ends before. */
  async waitFor(event: string, detail: string | RegExp = ''): Promise<PrintedLine> {
    for (;;) {
      const found = this.#lines.find(
        (line) => line.event === event && new RegExp(detail).test(line.detail),
      );
      if (found) return found;
      if (this.#hasEnded) throw new Error(`the node has ended: ${this.#errors}`);
      await once(this.#news, 'news');
    }
  }

  /** All lines of one kind so far. */
  all(event: string): readonly PrintedLine[] {
    return this.#lines.filter((line) => line.event === event);
  }

  /** Writes a line to it and returns its answer. */
  async ask(question: string, event: string): Promise<PrintedLine> {
    const before = this.all(event).length;
    this.#child.stdin.write(`${question}\n`);
    while (this.all(event).length === before && !this.#hasEnded) await once(this.#news, 'news');
    const [answer] = this.all(event).slice(before);
    if (!answer) throw new Error(`the node has ended: ${this.#errors}`);
    return answer;
  }

  /** Stops its process, or lets it go on: it does not notice. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Ends it, by force if necessary. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    const killed = setTimeout(() => this.#child.kill('SIGKILL'), 2000);
    await this.#closed;
    clearTimeout(killed);
  }
}
