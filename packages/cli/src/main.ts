// Runs the command that a command line names, and prints the reason if it fails.
import { debuglog, inspect } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import type { CommandName } from './command-line/command-spec.ts';
import { parse, type Invocation } from './command-line/parse.ts';
import { UsageError } from './command-line/usage-error.ts';
import { exitCodes } from './output/exit-codes.ts';
import type { Io } from './output/io.ts';
import { hasWholeKey, withoutKeys } from './text/without-keys.ts';

/** The file of a command. */
interface CommandModule<Name extends CommandName> {
  /** Runs the command; the result is the exit code. */
  readonly run: (invocation: Invocation<Name>, io: Io) => Promise<number>;
}

// A file is loaded when its command runs: help loads none of them.
const commands: { readonly [Name in CommandName]: () => Promise<CommandModule<Name>> } = {
  '': () => import('./commands/session.ts'),
  start: () => import('./commands/start.ts'),
  share: () => import('./commands/share.ts'),
  send: () => import('./commands/send.ts'),
  receive: () => import('./commands/receive.ts'),
  get: () => import('./commands/get.ts'),
  list: () => import('./commands/list.ts'),
  search: () => import('./commands/search.ts'),
  status: () => import('./commands/status.ts'),
  invite: () => import('./commands/invite.ts'),
  join: () => import('./commands/join.ts'),
  clean: () => import('./commands/clean.ts'),
  config: () => import('./commands/config.ts'),
  key: () => import('./commands/key.ts'),
  completion: () => import('./commands/completion.ts'),
};

const debug = debuglog('p2p');

/** How the scripts of `p2p completion` ask for completions. */
const completionFlag = '--complete';

/**
 * Runs the program `p2p`.
 *
 * @param argv the arguments, without the program itself
 * @returns the exit code; an error is printed in one line
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    // As a name it would go to the network, too.
    if (argv.some(hasWholeKey))
      throw new UsageError(
        'A key is never typed in a command line, where others can read it: put it in a file for --key-file, or change it now if others could',
      );
    if (argv[0] === completionFlag) return await completeLine(argv.slice(1), io);
    const parsed = await parse(argv, packageJson.version);
    if ('output' in parsed) {
      io.stdout.write(parsed.output);
      return exitCodes.done;
    }
    return await runCommand(parsed, io);
  } catch (error) {
    // Ctrl-C at a question is no failure.
    if (io.signal.aborted && isAbort(error, io.signal)) return exitCodes.interrupted;
    return printFailure(error, io);
  }
}

/** Whether an error says only that a signal was aborted. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

async function completeLine(args: readonly string[], io: Io): Promise<number> {
  const { run } = await import('./completion/complete-line.ts');
  // A shell has no place for an error.
  return run(args, io).catch(() => exitCodes.failed);
}

async function runCommand<Name extends CommandName>(
  invocation: Invocation<Name>,
  io: Io,
): Promise<number> {
  const { run } = await commands[invocation.command]();
  return run(invocation, io);
}

/**
 * Prints in one line why the program ends, and returns the exit code. With `NODE_DEBUG=p2p` the stack
 * follows.
 */
export async function printFailure(error: unknown, io: Pick<Io, 'stderr'>): Promise<number> {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EMFILE' || code === 'ENFILE') {
    // Nothing can be loaded any more, to print this either.
    io.stderr.write('p2p: Too many files are open. Allow more: ulimit -n 1024\n');
    debug('%s', message);
    return exitCodes.failed;
  }
  const [{ print }, { failureText }] = await Promise.all([
    import('./output/io.ts'),
    import('./output/failure-text.ts'),
  ]);
  print(io.stderr, `p2p: ${failureText(error)}`);
  if (debug.enabled) debug('%s', withoutKeys(inspect(error)));
  const name = error instanceof Error ? error.name : '';
  return ['UsageError', 'ConfigError'].includes(name) ? exitCodes.usage : exitCodes.failed;
}
