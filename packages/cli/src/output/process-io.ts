import type { Io } from './io.ts';

/** What asks a program to end; the last comes from Ctrl-Break, on Windows alone. */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/** What this process has of the world. Signals that ask it to end abort `signal`. */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort();
  };
  for (const signal of endingSignals) process.once(signal, abort);
  // Whoever read the output may be gone, as `head -1` is after a line: then there is no more to do.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    abort();
  });
  stderr.on('error', () => undefined);
  return { stdin, stdout, stderr, env, cwd: process.cwd(), signal: stop.signal };
}
