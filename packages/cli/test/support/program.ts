// Runs `p2p` as a process, on pipes or at a terminal.
import { tmpdir } from 'node:os';
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of the program under test: the bundle, or a program that the environment names. */
export const program: string =
  process.env.PEERLANE_PROGRAM ??
  fileURLToPath(new URL('../../node_modules/.cache/p2p/p2p.js', import.meta.url));

/** A folder in which no key file is: the key of whoever runs the tests must not seal their nodes. */
const noConfiguration = join(tmpdir(), 'peerlane-cli-no-configuration');

/** The options of a run. */
export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /**
   * Whether it runs at a terminal. `stdout` is what the terminal shows then, with errors and with what
   * was typed.
   */
  readonly terminal?: boolean;
  /** A command that runs it, such as `ip netns exec …`. */
  readonly within?: readonly string[];
  /** The path of another program than the one under test, such as that of a release. */
  readonly script?: string;
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
 * A command that runs a program without the rights of root, for tests of what users may not do; and the
 * reason if there is none here.
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

/** The note that a peer is silent, which a busy machine may cause. */
const noticeOfSilence = /^Asked .*: no answer from .* yet\.\n/gm;

/** What was printed, without the notes that a peer is silent. */
export function withoutNotices(printed: string): string {
  return printed.replace(noticeOfSilence, '');
}

/** A running `p2p` and its output. */
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
    script = program,
  }: RunOptions = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('P2P_'));
    const command = [...within, process.execPath, script, ...args];
    const [file, ...rest] = terminal ? onTerminal(command) : command;
    this.#child = spawn(file!, rest, {
      cwd,
      // Nodes of concurrent tests must not find each other.
      env: {
        ...Object.fromEntries(inherited),
        ...{ XDG_CONFIG_HOME: noConfiguration, APPDATA: noConfiguration },
        P2P_DISCOVERY: 'false',
        ...env,
      },
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

  /** The warnings of Node itself that it has printed, which no user may ever see. */
  get runtimeWarnings(): string[] {
    return (this.#stdout + this.#stderr).match(/^\(node:\d+\) .*/gm) ?? [];
  }

  /** All of its standard error. */
  get wholeStderr(): string {
    return this.#stderr;
  }

  /** Its standard error without the {@link notices}. */
  get stderr(): string {
    return withoutNotices(this.#stderr);
  }

  /** The notes that a peer is silent, which a busy machine may cause. */
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

  /** Closes the reading end of the program's output. */
  breakPipe(stream: 'stdout' | 'stderr'): void {
    this.#child[stream].destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until the output matches. Fails if the program ends before that. */
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

  /** Kills the program if it still runs. */
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
  // Without exec some shells stay, and end by the signal of Ctrl-C themselves.
  const line = `exec ${quoted.join(' ')}`;
  return ['script', '--quiet', '--return', '--flush', '--command', line, '/dev/null'];
}

const given = new Set<number>();

/**
 * A UDP port that is not in use, for sessions in which addresses are typed before nodes start. It is
 * outside the range from which systems choose ports, and is returned only once: only a program that binds
 * this very port before the test does could conflict.
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
      // The port is in use: the next one is tried.
    } finally {
      socket.close();
    }
  }
}
