import { visibleText } from '@peerlane/protocol';
import packageJson from '../package.json' with { type: 'json' };
import { ConfigError } from './config/config-error.ts';
import { loadConfig, unknownVariables } from './config/load-config.ts';
import { parseArguments } from './arguments.ts';
import { print, type Io } from './io.ts';
import { NodeError } from './node-error.ts';
import { runSession } from './session.ts';

/** How the program ends. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/**
 * Runs the program `p2p`.
 *
 * @param argv the arguments, without the program itself
 * @returns the exit code
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const parsed = await parseArguments(argv, packageJson.version);
    if (parsed.output !== undefined) {
      print(io.stdout, parsed.output);
      return exitCodes.done;
    }
    for (const name of unknownVariables(io.env)) {
      print(io.stderr, `The variable ${visibleText(name)} is none of p2p's, and was ignored.`);
    }
    const config = await loadConfig({ flags: parsed.flags, env: io.env, cwd: io.cwd });
    await runSession(config, io);
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof NodeError)) throw error;
    print(io.stderr, `p2p: ${error.message}`);
    return error instanceof ConfigError ? exitCodes.usage : exitCodes.failed;
  }
}
