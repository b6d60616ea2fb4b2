import { tmpdir } from 'node:os';
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createSocket } from 'node:dgram';
import { fileURLToPath } from 'node:url';

/** Where the program under test is put together, or the one that the environment names. */
export const program: string =
  process.env.PEERLANE_PROGRAM ??
  fileURLToPath(new URL('../../node_modules/.cache/p2p/p2p.js', import.meta.url));

/** How a program is run. */
export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /**
   * On a terminal, as for a person. Then `stdout` holds all that the terminal shows: errors, and
   * what was typed.
   */
  readonly terminal?: boolean;
  /** What starts it, such as `ip netns exec …`. */
  readonly within?: readonly string[];
}

/** Whether programs can be run on a terminal here, and why not. */
export const terminals: { readonly missing: boolean; readonly reason: string } = {
  missing: !String(spawnSync('script', ['--version']).stdout).includes('util-linux'),
  reason: 'terminals are made with script(1) of util-linux, which is not here',
};

/** Whether signals cannot be sent here, and why not. */
export const signals: { readonly missing: boolean; readonly reason: string } = {
  missing: process.platform === 'win32',
  reason: 'on Windows a signal from another process ends this one at once',
};

/**
 * What runs a program with the rights of nobody in particular, for tests of what users may not do; and
 * whether that is impossible here, and why.
 */
export function asUser(): {
  readonly within: readonly string[];
  readonly missing: boolean;
  readonly reason: string;
} {
  if (process.platform === 'win32')
    return { within: [], missing: true, reason: 'Windows has no such permissions' };
  // Root may read and write everywhere.
  if (process.getuid?.() !== 0) return { within: [], missing: false, reason: '' };
  const rights = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const test = ['test', '-r', program, '-a', '-x', process.execPath];
  const missing = spawnSync('setpriv', [...rights, ...test]).status !== 0;
  const reason = 'nobody else than root may run the program here';
  return { within: ['setpriv', ...rights], missing, reason };
}

const noticeOfSilence = /^No answer from .* yet\.\n/gm;

/** A running `p2p` and all that it has said. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number>;
  #stdout = '';
  #stderr = '';
  readonly #news = new EventEmitter();

  constructor({
    args = [],
    env = {},
    cwd = tmpdir(),
    terminal = false,
    within = [],
  }: RunOptions = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('P2P_'));
    const command = [...within, process.execPath, program, ...args];
    const [file, ...rest] = terminal ? onTerminal(command) : command;
    this.#child = spawn(file!, rest, {
      cwd,
      // Nodes of tests that run side by side must not find each other.
      env: { ...Object.fromEntries(inherited), P2P_DISCOVERY: 'false', ...env },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // A terminal writes the end of a line as two characters.
      this.#stdout += terminal ? text.replaceAll('\r\n', '\n') : text;
      this.#notify();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#notify();
    });
    this.#child.stdin.on('error', () => undefined);
    this.#ended = once(this.#child, 'close').then(([code]) => code as number);
    void this.#ended.then(() => {
      this.#notify();
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** What it has said there, but for {@link notices}. */
  get stderr(): string {
    return this.#stderr.replace(noticeOfSilence, '');
  }

  /** What is said where a peer takes more than three seconds: a busy machine may be why. */
  get notices(): string[] {
    return this.#stderr.match(noticeOfSilence) ?? [];
  }

  type(...lines: string[]): void {
    this.#child.stdin.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Ends the program's input. */
  endInput(): void {
    this.#child.stdin.end();
  }

  /** Types at the terminal without ending the line; `\u0004` is Ctrl-D. */
  press(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Takes away whoever reads the program's output. */
  breakPipe(stream: 'stdout' | 'stderr'): void {
    this.#child[stream].destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Until the output matches; fails where the program ends before that. */
  async says(
    expected: string | RegExp,
    stream: 'stdout' | 'stderr' = 'stdout',
  ): Promise<readonly string[]> {
    for (;;) {
      const match = find(this[stream], expected);
      if (match) return match;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(
          `p2p ended without saying ${String(expected)}:\n${this.#stdout}${this.#stderr}`,
        );
      }
      await once(this.#news, 'news');
    }
  }

  /** Ends the program by force, where it still runs. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** The exit code, once the program has ended. */
  get exit(): Promise<number> {
    return this.#ended;
  }

  #notify(): void {
    this.#news.emit('news');
  }
}

function find(text: string, expected: string | RegExp): readonly string[] | null {
  if (typeof expected === 'string') return text.includes(expected) ? [expected] : null;
  return expected.exec(text);
}

function onTerminal(command: readonly string[]): string[] {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return ['script', '--quiet', '--return', '--flush', '--command', quoted.join(' '), '/dev/null'];
}

const given = new Set<number>();

/**
 * A UDP port that nobody has, for sessions in which addresses are typed before nodes start. It lies
 * outside of what systems give to those who ask for any port, and is given only once: only a
 * program that binds this very port in the moments until the test does could still take it.
 */
export async function unusedPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (given.has(port)) continue;
    given.add(port);
    const socket = createSocket('udp4');
    try {
      socket.bind(port, '127.0.0.1');
      await once(socket, 'listening');
      return port;
    } catch {
      // It is taken: try another.
    } finally {
      socket.close();
    }
  }
}
