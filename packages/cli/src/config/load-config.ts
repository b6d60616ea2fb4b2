// Puts the configuration together from options, variables, the configuration file and defaults.
import { lstat } from 'node:fs/promises';
import { isLoopback } from '@peerlane/protocol';
import { folderFault } from '../files/folder-path.ts';
import { ConfigError } from '../files/config-error.ts';
import { readConfigFile, type ConfigFile } from './config-file.ts';
import { machineName } from './machine-name.ts';
import { lanHost } from './lan-host.ts';
import { keySource, type KeySettings, type KeySource } from '../keys/key-source.ts';
import { isDefault, widens } from './narrow.ts';
import { schemas } from './schemas.ts';
import { userKeyPath } from '../keys/user-key-path.ts';
import { valueOfVariable } from './variables.ts';
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

/** The sources of a configuration. */
export interface ConfigSources {
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  readonly cwd: string;
  /**
   * Whether values of the file are ignored that let others reach more than the defaults do.
   * @default false
   */
  readonly narrow?: boolean;
  /**
   * The path of the user's own key file.
   * @default by the custom of the platform
   */
  readonly ownKey?: string | undefined;
}

/** The source of each value, as `--port`, `P2P_PORT`, `port in config.yml` or `default`. */
export type Origins = Readonly<Record<SettingName, string>>;

/** A configuration, and the source of each value. */
export interface LoadedConfig {
  readonly config: Config;
  readonly origins: Origins;
  /** The file that was found. */
  readonly file: LoadedFile | undefined;
  /** Where the key comes from; `undefined` if there is none. */
  readonly keySource: KeySource | undefined;
}

/** A configuration file that was found, and the settings that it changes. */
export interface LoadedFile {
  /** Relative to the working folder. */
  readonly path: string;
  /** The settings whose value comes from the file and is not the default. */
  readonly changes: readonly SettingName[];
  /** The settings whose value comes from the file and lets others reach more than the default does. */
  readonly widens: readonly SettingName[];
  /** The settings that only the file has a value for, which is ignored. */
  readonly leftOut: readonly SettingName[];
}

/**
 * Puts the configuration together. Options take precedence over `P2P_*` variables, these over
 * `config.yml`, and this over the defaults.
 *
 * @throws ConfigError for a value that cannot be used; it names the source of that value
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const { flags, env, cwd, narrow = false } = sources;
  const file = await readConfigFile(cwd);
  const own = 'ownKey' in sources ? sources.ownKey : await userKeyPath();
  // A file must not lead a user who has a key to another cluster. To one without, its key is better than none.
  const hasOwn = own !== undefined && (await isThere(own));
  const leftOut: SettingName[] = [];
  const fromFile = (name: SettingName): Found | undefined => {
    const found = file && foundIn(file, name, hasOwn);
    if (!found?.widens || !narrow) return found;
    leftOut.push(name);
    return undefined;
  };
  const found = settingNames.map((name): readonly [SettingName, Found] => [
    name,
    source(name, 0, flagOf(name), flags[name]) ??
      unlessEmpty(name, 1, variableOf(name), valueOfVariable(name, env)) ??
      fromFile(name) ?? { rank: 3, from: 'default', value: fallbackOf(name) },
  ]);
  const values = withLan(Object.fromEntries(found) as Record<SettingName, Found>);
  const { folder, keyFile, open, acceptInto } = values as typeof values &
    Pick<KeySettings, 'keyFile' | 'open'>;
  for (const { value, from } of [folder, acceptInto]) {
    const fault = typeof value === 'string' ? await folderFault(value, cwd) : undefined;
    if (fault !== undefined) throw new ConfigError(`${from}: ${fault}`);
  }
  const pick = (key: keyof Found): unknown =>
    Object.fromEntries(settingNames.map((name) => [name, values[name][key]]));
  return {
    config: pick('value') as Config,
    origins: pick('from') as Origins,
    file: file && {
      path: file.path,
      changes: settingNames.filter((name) => {
        const { from, value } = values[name];
        return from === placeIn(file, name) && !isDefault(name, value);
      }),
      widens: settingNames.filter((name) => values[name].widens),
      leftOut,
    },
    keySource: keySource({ keyFile, open, env, own, cwd }),
  };
}

/** The value of a setting where no source has one. */
function fallbackOf(name: SettingName): unknown {
  return name === 'name' ? machineName() : settings[name].fallback;
}

function foundIn(file: ConfigFile, name: SettingName, hasOwn: boolean): Found | undefined {
  const found = unlessEmpty(name, fileRank, placeIn(file, name), file.values[name]);
  const isHarmless = name === 'keyFile' && !hasOwn;
  return found && { ...found, widens: !isHarmless && widens(name, found.value) };
}

/** Whether something is at a path, also a file that cannot be read. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** The place of a setting in a file, as messages name it. */
function placeIn({ path }: ConfigFile, name: SettingName): string {
  return `${name.replace(/^accept(.)/, (_all, first: string) => `accept.${first.toLowerCase()}`)} in ${path}`;
}

/** The rank of a configuration file. */
const fileRank = 2;

interface Found {
  /** A value of a lower rank takes precedence. */
  readonly rank: number;
  readonly from: string;
  readonly value: unknown;
  /** Whether it comes from a file and lets others reach more than the default does. */
  readonly widens?: boolean;
}

/** @throws ConfigError for a value that the setting cannot have */
function source(name: SettingName, rank: number, from: string, value: unknown): Found | undefined {
  return value === undefined ? undefined : { rank, from, value: check(name, from, value) };
}

/** An empty value counts as none, except for `cluster`: there it means that there are no members. */
function unlessEmpty(...[name, rank, from, value]: Parameters<typeof source>): Found | undefined {
  return value === '' && name !== 'cluster' ? undefined : source(name, rank, from, value);
}

/**
 * Derives the host and discovery from `lan`, unless a source of the same rank or a lower one has them.
 *
 * @throws ConfigError if one source asks for `lan` and for a host that no other machine reaches
 */
function withLan(values: Record<SettingName, Found>): Record<SettingName, Found> {
  const { lan, host, discovery, cluster } = values;
  if (lan.value !== true) return values;
  // The default host may come from a file that was copied from the example: it is no decision.
  const isChosen = host.rank < fileRank || host.value !== settings.host.fallback;
  if (isChosen && host.rank <= lan.rank && isLoopback(String(host.value))) {
    if (host.rank < lan.rank) return { ...values, lan: { ...host, value: false } };
    throw new ConfigError(
      `${lan.from} and ${host.from} cannot be combined, because no other machine reaches ` +
        `${String(host.value)}: leave out ${host.from} to reach the network, or ${lan.from} to stay ` +
        'on this machine',
    );
  }
  const implied = (found: Found, value: unknown): Found =>
    found.rank <= lan.rank ? found : { ...lan, value };
  const everywhere = lanHost();
  return {
    ...values,
    host: isChosen ? implied(host, everywhere) : { ...lan, value: everywhere },
    discovery: implied(discovery, true),
    cluster: cluster.value === undefined ? implied(cluster, []) : cluster,
  };
}

function check(name: SettingName, from: string, value: unknown): unknown {
  const result = schemas[name].safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(`${from}: expected ${settings[name].expected}, got ${described(value)}`);
}

function described(value: unknown): string {
  const texts = Array.isArray(value) ? value : [value];
  if (texts.every((text) => typeof text === 'string')) return JSON.stringify(value);
  return Array.isArray(value) ? 'a list' : 'a mapping';
}
