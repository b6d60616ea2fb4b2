import { visibleText } from '@peerlane/protocol';
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
export type Flags = Readonly<Partial<Record<SettingName, unknown>>>;

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
  const entries = settingNames.map((name) => {
    const given =
      ofFlag(name, flags) ??
      ofVariable(name, env) ??
      (file && source(`${name} in ${file.path}`, file.values[name] ?? undefined));
    return [name, given ? check(name, given) : settings[name].fallback] as const;
  });
  return Object.fromEntries(entries) as unknown as Config;
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

function ofFlag(name: SettingName, flags: Flags): Given | undefined {
  return source(flagOf(name), flags[name]);
}

function ofVariable(name: SettingName, env: ConfigSources['env']): Given | undefined {
  const value = env[variableOf(name)];
  // An empty variable says nothing, except that there are no members.
  return source(variableOf(name), value === '' && name !== 'cluster' ? undefined : value);
}

function check(name: SettingName, { from, value }: Given): unknown {
  const { schema, expected } = settings[name];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(`${from}: expected ${expected}, got ${visibleText(JSON.stringify(value))}`);
}
