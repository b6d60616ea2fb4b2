import { debuglog } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import type { CommandName } from './command-line/commands.ts';
import { parse, type Invocation } from './command-line/parse.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';

/** What a command does; the result is the exit code. */
type Run = (invocation: Invocation, io: Io) => Promise<number>;

// Each is loaded when it is called: help is there at once, and needs nothing of what they need.
const commands: Readonly<Record<CommandName, () => Promise<{ readonly run: Run }>>> = {
  '': () => import('./commands/session.ts'),
  start: () => import('./commands/start.ts'),
  share: () => import('./commands/share.ts'),
  get: () => import('./commands/get.ts'),
  list: () => import('./commands/list.ts'),
  search: () => import('./commands/search.ts'),
  status: () => import('./commands/status.ts'),
  config: () => import('./commands/config.ts'),
};

const debug = debuglog('p2p');

/**
 * Runs the program `p2p`.
 *
 * @param argv the arguments, without the program itself
 * @returns the exit code; whatever goes wrong is told in one line
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const parsed = await parse(argv, packageJson.version);
    if ('output' in parsed) {
      io.stdout.write(parsed.output);
      return exitCodes.done;
    }
    const { run } = await commands[parsed.command]();
    return await run(parsed, io);
  } catch (error) {
    return tellFailure(error, io);
  }
}

/**
 * Says in one line why the program ends, and returns the exit code for that. With `NODE_DEBUG=p2p` the
 * stack follows.
 */
export async function tellFailure(error: unknown, io: Pick<Io, 'stderr'>): Promise<number> {
  const { print } = await import('./io.ts');
  print(io.stderr, `p2p: ${error instanceof Error ? error.message : String(error)}`);
  debug('%O', error);
  const name = error instanceof Error ? error.name : '';
  return ['UsageError', 'ConfigError'].includes(name) ? exitCodes.usage : exitCodes.failed;
}
