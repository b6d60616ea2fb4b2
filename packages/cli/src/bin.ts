import { exitCodes, main, tellFailure } from './main.ts';

const { stdin, stdout, stderr, env } = process;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    stop.abort();
  });
process.once('uncaughtException', (error) => {
  tellFailure(error, { stderr });
  process.exit(exitCodes.failed);
});
// Whoever read the output may be gone, as `head -1` is after a line: then there is no more to do.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  stop.abort();
});
stderr.on('error', () => undefined);

process.exitCode = await main(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  cwd: process.cwd(),
  signal: stop.signal,
});
