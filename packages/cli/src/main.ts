import { debuglog } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { ConfigError } from './config/config-error.ts';
import { loadConfig, unknownVariables } from './config/load-config.ts';
import { parseArguments } from './arguments.ts';
import { print, type Io } from './io.ts';
import { runSession } from './session.ts';

/** How the program ends. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

const debug = debuglog('p2p');

/**
 * Runs the program `p2p`.
 *
 * @param argv the arguments, without the program itself
 * @returns the exit code; whatever goes wrong is told in one line
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const parsed = await parseArguments(argv, packageJson.version);
    if ('output' in parsed) {
      print(io.stdout, ...parsed.output);
      return exitCodes.done;
    }
    print(io.stderr, ...unknownVariables(io.env));
    const { config } = await loadConfig({ flags: parsed.flags, env: io.env, cwd: io.cwd });
    return (await runSession(config, io)) ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    tellFailure(error, io);
    return error instanceof ConfigError ? exitCodes.usage : exitCodes.failed;
  }
}

/** Says in one line why the program ends. With `NODE_DEBUG=p2p` the stack follows. */
export function tellFailure(error: unknown, io: Pick<Io, 'stderr'>): void {
  print(io.stderr, `p2p: ${error instanceof Error ? error.message : String(error)}`);
  debug('%O', error);
}
