// Loads the configuration for a command, with notes for the user about where it comes from.
import type { CommandName } from './commands.ts';
import { fileNote } from '../config/file-note.ts';
import { loadConfig, type Flags, type LoadedConfig } from '../config/load-config.ts';
import { narrowCommands } from '../config/narrow.ts';
import { variableWarnings } from '../config/variables.ts';

/**
 * Loads the configuration for a command. Notes name what is wrong with variables, and the file that is
 * used.
 *
 * @throws ConfigError for a value or a file that cannot be used
 */
export async function configured(
  { command, flags }: { readonly command: CommandName; readonly flags: Flags },
  {
    env,
    cwd,
  }: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string },
  note: (line: string, level: 'info' | 'warning') => void,
): Promise<LoadedConfig> {
  for (const line of variableWarnings(env)) note(line, 'warning');
  const narrow = narrowCommands.some((each) => each === command);
  const loaded = await loadConfig({ flags, env, cwd, narrow });
  const line = fileNote(loaded, { cwd, command });
  if (line !== undefined) note(line, 'info');
  return loaded;
}
