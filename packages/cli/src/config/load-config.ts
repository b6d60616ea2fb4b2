import { folderFault } from '../folder-fault.ts';
import { ConfigError } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import {
  flagOf,
  settingNames,
  settings,
  variableOf,
  type Config,
  type SettingName,
} from './settings.ts';

/** Values from the command line, as they were typed. */
export type Flags = Readonly<Partial<Record<SettingName, string>>>;

/** The surroundings that configuration is read from. */
export interface ConfigSources {
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  readonly cwd: string;
}

/**
 * Puts the configuration together: flags before `P2P_*` variables before `config.yml` before
 * defaults.
 *
 * @throws ConfigError for a value that cannot be used; it names the source of that value
 */
export async function loadConfig({ flags, env, cwd }: ConfigSources): Promise<Config> {
  const file = await readConfigFile(cwd);
  const given = (name: SettingName): Given | undefined =>
    source(flagOf(name), flags[name]) ??
    unlessEmpty(name, source(variableOf(name), env[variableOf(name)])) ??
    (file && unlessEmpty(name, source(`${name} in ${file.path}`, file.values[name])));
  const entries = settingNames.map((name) => {
    const found = given(name);
    return [name, found ? check(name, found) : settings[name].fallback] as const;
  });
  const config = Object.fromEntries(entries) as unknown as Config;
  if (config.folder !== undefined) {
    const fault = await folderFault(config.folder, cwd);
    if (fault !== undefined) throw new ConfigError(`${given('folder')!.from}: ${fault}`);
  }
  return config;
}

/** The variables that look like ours but are none: probably misspelt. */
export function unknownVariables(env: ConfigSources['env']): string[] {
  const known = settingNames.map(variableOf);
  return Object.keys(env).filter((name) => name.startsWith('P2P_') && !known.includes(name));
}

interface Given {
  readonly from: string;
  readonly value: unknown;
}

function source(from: string, value: unknown): Given | undefined {
  return value === undefined ? undefined : { from, value };
}

/** An empty value says nothing, except that there are no members. */
function unlessEmpty(name: SettingName, given: Given | undefined): Given | undefined {
  return given?.value === '' && name !== 'cluster' ? undefined : given;
}

function check(name: SettingName, { from, value }: Given): unknown {
  const { schema, expected } = settings[name];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(`${from}: expected ${expected}, got ${described(value)}`);
}

function described(value: unknown): string {
  const texts = Array.isArray(value) ? value : [value];
  if (texts.every((text) => typeof text === 'string')) return JSON.stringify(value);
  return Array.isArray(value) ? 'a list' : 'a mapping';
}
