// The surroundings of the program in this process.
import { UsageError } from '../command-line/usage-error.ts';
import { keyVariable } from '../keys/key-variable.ts';
import type { Io } from './io.ts';

/** The signals that ask a program to end. SIGBREAK is Ctrl-Break on Windows. */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/**
 * The streams and variables of this process. A signal that asks it to end aborts `signal`; SIGHUP does so
 * only at a terminal, for a program under `nohup` has none and shall go on.
 */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort();
  };
  const hasTerminal = [stdin, stdout, stderr].some(({ isTTY }) => isTTY);
  for (const signal of endingSignals) {
    if (signal === 'SIGHUP' && !hasTerminal) process.on(signal, () => undefined);
    else if (signal !== 'SIGINT') process.once(signal, abort);
  }
  let cancel: (() => boolean) | undefined;
  process.on('SIGINT', function interrupt() {
    if (cancel?.() === true) return;
    // The next one ends the program at once.
    process.removeListener('SIGINT', interrupt);
    abort();
  });
  if (hasTerminal) surviveItsEnd(stdin);
  let survive: ((reason: string) => void) | undefined;
  stdout.on('error', (cause: NodeJS.ErrnoException) => {
    // The reader of the output may have ended, as `head -1` does after a line, and the window of a terminal
    // may be closed: nobody needs the rest.
    if (cause.code === 'EPIPE' || (cause.code === 'EIO' && stdout.isTTY)) {
      abort();
      return;
    }
    const reason = `could not write to the standard output: ${cause.message}`;
    if (!survive) throw new Error(reason, { cause });
    survive(`${reason}; nothing more is printed there`);
  });
  stderr.on('error', () => undefined);
  return {
    stdin,
    stdout,
    stderr,
    env: withoutPublicKey(env),
    get cwd() {
      return workingFolder();
    },
    signal: stop.signal,
    suspend: () => {
      process.kill(process.pid, 'SIGTSTP');
    },
    onInterrupt: (before) => {
      cancel = before;
    },
    surviveOutput: (say) => {
      survive = say;
    },
  };
}

/**
 * The variables of this process. A key among them is taken out of the process's own, which Node writes into
 * its reports of crashes and hands to each worker.
 */
function withoutPublicKey(env: NodeJS.ProcessEnv): Io['env'] {
  const { [keyVariable]: key } = env;
  if (key === undefined) return env;
  delete env.P2P_KEY;
  return { ...env, [keyVariable]: key };
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new UsageError('The working folder does not exist any more. Change to another with cd.');
  }
}

/**
 * Lets the program end in its own way when the window of its terminal is closed: such a terminal refuses
 * to change its mode, for which neither readline nor the end of Node is prepared.
 */
function surviveItsEnd(stdin: NodeJS.ReadStream): void {
  let isGone = false;
  process.once('SIGHUP', () => {
    isGone = true;
  });
  process.once('exit', () => {
    if (!isGone) return;
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
  if (!stdin.isTTY) return;
  const setRawMode = stdin.setRawMode.bind(stdin);
  stdin.setRawMode = (mode) => {
    try {
      return setRawMode(mode);
    } catch {
      isGone = true;
      return stdin;
    }
  };
}
