// The surroundings of the program in this process.
import type { Io } from './io.ts';

/** The signals that ask a program to end. SIGBREAK is Ctrl-Break on Windows. */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/** The streams and variables of this process. A signal that asks it to end aborts `signal`. */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort();
  };
  for (const signal of endingSignals) process.once(signal, abort);
  // The reader of the output may have ended, as `head -1` does after a line: nobody needs the rest.
  stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EPIPE')
      throw new Error(`could not write to the standard output: ${cause.message}`, { cause });
    abort();
  });
  stderr.on('error', () => undefined);
  return { stdin, stdout, stderr, env, cwd: process.cwd(), signal: stop.signal };
}
