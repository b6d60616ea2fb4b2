// Runs one side of a transfer in a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { PeerNews, PeerTask } from './child-task.ts';
import { peerProgram } from './peer-program.ts';

type Outcome = Extract<PeerNews, { type: 'done' | 'done-tree' | 'failed' }>;

/** One side of a transfer in a process of its own. */
export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #news: PeerNews[] = [];

  /** @param descriptors how many files and connections the process may have open */
  constructor(task: PeerTask, descriptors?: number) {
    const command = [process.execPath, peerProgram, JSON.stringify(task)];
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    this.#child =
      descriptors === undefined
        ? spawn(command[0]!, command.slice(1), { stdio: [...stdio] })
        : spawn('sh', ['-c', `ulimit -n ${descriptors}; exec "$0" "$@"`, ...command], {
            stdio: [...stdio],
          });
    this.#ended = once(this.#child, 'exit');
    this.#child.on('message', (news: PeerNews) => this.#news.push(news));
    onTestFinished(() => this.kill());
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Waits for the first matching message, whether it has come already or not. */
  async message<Type extends PeerNews['type']>(
    type: Type,
    matches: (news: Extract<PeerNews, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<PeerNews, { type: Type }>> {
    const found = (): Extract<PeerNews, { type: Type }> | undefined =>
      this.#news.find(
        (each): each is Extract<PeerNews, { type: Type }> => isOf(each, type) && matches(each),
      );
    for (;;) {
      const news = found();
      if (news) return news;
      const failed = this.#news.find((each) => each.type === 'failed');
      if (failed) throw new Error(`the process failed: ${JSON.stringify(failed)}`);
      await Promise.race([once(this.#child, 'message'), this.#ended]);
      if (!this.#child.connected && !found())
        throw new Error(`the process ended and never said ${type}`);
    }
  }

  /** Starts a download. */
  go(): void {
    this.#child.send('go');
  }

  /** Starts a download, and waits until it is done or has failed. */
  async download(): Promise<Outcome> {
    const before = this.#news.length;
    this.go();
    for (;;) {
      const outcome = this.#news.slice(before).find(isOutcome);
      if (outcome) return outcome;
      await Promise.race([once(this.#child, 'message'), this.#ended]);
      if (!this.#child.connected) throw new Error('the process ended in a download');
    }
  }

  /** Ends the process as `kill -9` does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

function isOf<Type extends PeerNews['type']>(
  news: PeerNews,
  type: Type,
): news is Extract<PeerNews, { type: Type }> {
  return news.type === type;
}

function isOutcome(news: PeerNews): news is Outcome {
  return news.type === 'done' || news.type === 'done-tree' || news.type === 'failed';
}
