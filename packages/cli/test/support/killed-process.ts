// Runs one side of a download as a process, and kills it.
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { KilledNews, KilledTask } from './child-killed-task.ts';

/** The path of the program of one side of a download. */
export const killedProgram: string = fileURLToPath(
  new URL('../../node_modules/.cache/killed/killed.js', import.meta.url),
);

/** One side of a download in a process of its own. */
export class KilledProcess implements AsyncDisposable {
  /** All that it has reported so far. */
  readonly news: KilledNews[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #arrivals = new EventEmitter();

  constructor(task: KilledTask) {
    this.#child = spawn(process.execPath, [killedProgram, JSON.stringify(task)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (news: KilledNews) => {
      this.news.push(news);
      this.#arrivals.emit('news');
    });
    this.#ended = once(this.#child, 'close').then(() => this.#arrivals.emit('news'));
  }

  /** Waits for a report of a kind, or returns one that has come. */
  async waitFor<Type extends KilledNews['type']>(
    type: Type,
    matches: (news: Extract<KilledNews, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<KilledNews, { type: Type }>> {
    for (let next = 0; ;) {
      for (; next < this.news.length; next += 1) {
        const news = this.news[next]!;
        if (isOf(news, type) && matches(news)) return news;
      }
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`the process ended and never told ${type}`);
      await once(this.#arrivals, 'news');
    }
  }

  /** Kills the process as `kill -9` does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

function isOf<Type extends KilledNews['type']>(
  news: KilledNews,
  type: Type,
): news is Extract<KilledNews, { type: Type }> {
  return news.type === type;
}
