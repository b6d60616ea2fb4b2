import yargs from 'yargs';
import { ConfigError } from './config/config-error.ts';
import type { Flags } from './config/load-config.ts';
import { flagOf, settingNames, settings } from './config/settings.ts';

/** What the command line said: values for settings, or a text to print instead of running. */
export interface Arguments {
  readonly flags: Flags;
  /** The help text or the version. */
  readonly output: string | undefined;
}

/**
 * Reads the command line. Values stay as they were typed.
 *
 * @throws ConfigError for an argument that there is not
 */
export async function parseArguments(argv: readonly string[], version: string): Promise<Arguments> {
  const parser = yargs()
    .scriptName('p2p')
    .usage('$0 [options]\n\nShare a folder with the peers around you, and get files from theirs.')
    .epilogue(
      'Each option is also a variable (P2P_PORT) and a key of config.yml (port).\n' +
        'The folder and the members are asked for where neither gives them.',
    )
    .example('$0', 'asks for a folder and for members')
    .example('$0 --port 1379 --folder docs --cluster 127.0.0.1:1378', 'asks nothing')
    .version(version)
    .help()
    .strict()
    .exitProcess(false)
    .wrap(80);
  for (const name of settingNames) {
    const { about, fallback, isSwitch } = settings[name];
    const hasDefault = typeof fallback === 'string' || typeof fallback === 'number';
    parser.option(flagOf(name).slice(2), {
      ...(isSwitch ? { type: 'boolean' } : { type: 'string', requiresArg: true }),
      describe: hasDefault ? `${about} [default: ${fallback}]` : about,
    });
  }
  let output = '';
  const values = await parser.parseAsync([...argv], {}, (error, _values, text) => {
    if (error) throw new ConfigError(`${error.message}. See p2p --help`);
    output = text;
  });
  const flags = Object.fromEntries(
    settingNames.map((name) => [name, values[flagOf(name).slice(2)]] as const),
  );
  return { flags, output: output === '' ? undefined : output };
}
