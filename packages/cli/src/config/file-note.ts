// What a person reads about the configuration file that was found.
import { join } from 'node:path';
import type { LoadedConfig } from './load-config.ts';

/** A line that names the file in use and its changes; `undefined` where there is no file. */
export function fileNote(
  { config, file }: LoadedConfig,
  { cwd, command }: { readonly cwd: string; readonly command: string },
): string | undefined {
  if (!file) return undefined;
  const changes = file.changes.map((name) => `${name}: ${valueText(config[name])}`);
  const inForce = `Using ${join(cwd, file.path)} (${changes.join(', ') || 'changes nothing'})`;
  if (file.leftOut.length === 0) return inForce;
  return `${inForce}; p2p ${command} ignores ${file.leftOut.join(', ')} in a file`;
}

/** The value of a setting, for a person. */
export function valueText(value: LoadedConfig['config'][keyof LoadedConfig['config']]): string {
  if (value === undefined) return '-';
  return typeof value === 'object' ? value.join(',') || '(none)' : String(value);
}
