// Loads the configuration for a command, with notes for the user about where it comes from.
import type { CommandName } from './command-spec.ts';
import { fileNote } from '../config/file-note.ts';
import { loadConfig, type Flags, type LoadedConfig } from '../config/load-config.ts';
import { ConfigError } from '../files/config-error.ts';
import { loadKeys, type LoadedKeys } from '../keys/key-source.ts';
import { narrowCommands } from '../config/narrow.ts';
import { flagOf } from '../config/settings.ts';
import { variableWarnings } from '../config/variables.ts';

/** The configuration of a command, and the keys of its cluster. */
export interface Configured extends LoadedConfig {
  /** `undefined` in an open cluster. */
  readonly keys: LoadedKeys | undefined;
}

interface CommandFlags {
  readonly command: CommandName;
  readonly flags: Flags;
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

type Note = (line: string, level: 'info' | 'warning') => void;

/**
 * Loads the configuration for a command, without the keys. Notes name what is wrong with variables, and the
 * file that is used.
 *
 * @throws ConfigError for a value or a file that cannot be used
 */
export async function configuration(
  { command, flags }: CommandFlags,
  { env, cwd }: Surroundings,
  note: Note,
): Promise<LoadedConfig> {
  for (const line of variableWarnings(env)) note(line, 'warning');
  const narrow = narrowCommands.some((each) => each === command);
  const loaded = await loadConfig({ flags, env, cwd, narrow });
  const line = fileNote(loaded, { cwd, command });
  if (line !== undefined) note(line, 'info');
  return loaded;
}

/**
 * Loads the configuration for a command, and its keys. Notes also name what others could do with the key
 * file.
 *
 * @throws ConfigError for a value or a file that cannot be used
 */
export async function configured(
  invocation: CommandFlags,
  surroundings: Surroundings,
  note: Note,
): Promise<Configured> {
  const loaded = await configuration(invocation, surroundings, note);
  const { keySource, config, origins } = loaded;
  const keys = keySource && (await loadKeys(keySource));
  for (const warning of keys?.warnings ?? []) note(warning, 'warning');
  if (keys && config.protocol === 1)
    throw new ConfigError(
      `${origins.protocol} asks for version 1, which cannot use the key of ${keys.from}: ` +
        `leave it out, or use ${flagOf('open')}`,
    );
  return { ...loaded, keys };
}
