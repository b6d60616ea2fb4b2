import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { visibleText } from '@peerlane/protocol';
import { ConfigError } from './config-error.ts';
import { settingNames, type SettingName } from './settings.ts';

/** Where a configuration file is looked for, the first that exists counts. */
const places = ['config.yml', join('configs', 'config.yml')];

/** A configuration file and the values in it. */
export interface ConfigFile {
  /** Relative to the working folder. */
  readonly path: string;
  readonly values: Readonly<Partial<Record<SettingName, unknown>>>;
}

/**
 * Reads `config.yml` from the working folder or from `configs/`.
 *
 * @throws ConfigError where the file is no YAML mapping or has an unknown key
 */
export async function readConfigFile(cwd: string): Promise<ConfigFile | undefined> {
  for (const path of places) {
    const text = await readIfThere(join(cwd, path), path);
    if (text !== undefined) return { path, values: await parseValues(text, path) };
  }
  return undefined;
}

async function readIfThere(path: string, shown: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigError(`${shown} cannot be read: ${message}`);
  }
}

async function parseValues(text: string, path: string): Promise<ConfigFile['values']> {
  // Only who has such a file pays for the parser.
  const { parse } = await import('yaml');
  let values: unknown;
  try {
    values = parse(text) ?? {};
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n', 1);
    throw new ConfigError(`${path} is not YAML: ${visibleText(reason)}`);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new ConfigError(`${path}: expected lines such as "port: 1378"`);
  }
  for (const key of Object.keys(values)) {
    if ((settingNames as string[]).includes(key)) continue;
    throw new ConfigError(
      `${path}: unknown key "${visibleText(key)}"; there are ${settingNames.join(', ')}`,
    );
  }
  return values;
}
