// A shell at a terminal, in which a test types.
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';

/** The shells for which `p2p completion` has a script, and how each starts without the user's settings. */
export const shells = {
  bash: ['bash', '--norc', '--noprofile'],
  zsh: ['zsh', '-f'],
  fish: ['fish', '--no-config'],
} as const;

export type ShellName = keyof typeof shells;

/** Whether a shell is not installed here. */
export function isMissing(shell: ShellName): boolean {
  return spawnSync(shell, ['-c', 'true']).status !== 0;
}

/** An interactive shell at a terminal of 200 columns. */
export class Shell implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #output = '';
  #isRunning = true;

  constructor(name: ShellName, cwd: string, env: Readonly<Record<string, string>>) {
    const command = `stty cols 200; exec ${shells[name].join(' ')} -i`;
    this.#child = spawn('script', ['--quiet', '--flush', '--command', command, '/dev/null'], {
      cwd,
      env: { ...process.env, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    this.#ended = once(this.#child, 'close').then(() => {
      this.#isRunning = false;
    });
  }

  /** Types, and waits until the terminal shows a text after that. Returns what it shows until then. */
  async type(keys: string, expected: string): Promise<string> {
    const from = this.#output.length;
    this.#child.stdin.write(keys);
    for (;;) {
      const shown = this.#output.slice(from);
      if (shown.includes(expected)) return shown;
      if (!this.#isRunning) throw new Error(`the shell ended:\n${this.#output}`);
      await Promise.race([once(this.#child.stdout, 'data'), this.#ended]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
