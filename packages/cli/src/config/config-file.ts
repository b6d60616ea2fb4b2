// The configuration file: where it is, and its keys and values as texts.
import { join } from 'node:path';
import { ConfigError } from '../files/config-error.ts';
import { readFoundFile } from '../files/found-file.ts';
import { didYouMean, nearestNames } from '../did-you-mean.ts';
import { flagOf, settingNames, variableOf, type SettingName } from './settings.ts';

const names = ['config.yml', 'config.yaml'];

/** The paths of a configuration file; the first that exists is used. */
const places = [...names, ...names.map((name) => join('configs', name))];

const keys = settingNames.filter((name) => name !== 'open');

/** The keys below `accept`, as the names of their settings end. */
const acceptParts = ['From', 'MaxSize', 'Into'];

/** The settings by their names in small letters: the case of a key does not count. */
const settingsByKey = new Map(settingNames.map((name) => [name.toLowerCase(), name]));

/** A configuration file with its values: texts, or lists and mappings of texts. */
export interface ConfigFile {
  /** Relative to the working folder. */
  readonly path: string;
  readonly values: Readonly<Partial<Record<SettingName, unknown>>>;
}

/**
 * Reads `config.yml` or `config.yaml` from the working folder or from `configs/`.
 *
 * @throws ConfigError if others may have written the file, or it is no YAML mapping or has an
 * unknown key
 */
export async function readConfigFile(cwd: string): Promise<ConfigFile | undefined> {
  for (const path of places) {
    const text = await readFoundFile(cwd, path);
    if (text !== undefined) return { path, values: await parseValues(text, path) };
  }
  return undefined;
}

async function parseValues(text: string, path: string): Promise<ConfigFile['values']> {
  const contents = await parseYaml(text, path);
  if (contents === null || contents === '') return {};
  if (!(contents instanceof Map)) {
    throw new ConfigError(`${path}: expected lines such as "port: 1378"`);
  }
  const values: Partial<Record<SettingName, unknown>> = {};
  const add = (key: unknown, value: unknown): void => {
    const name = settingOf(key, path);
    if (name in values) throw new ConfigError(`${path}: the key "${key as string}" is there twice`);
    values[name] = value;
  };
  for (const [key, value] of contents) {
    if (!isAccept(key)) add(key, value);
    else if (value instanceof Map)
      for (const [part, inner] of value) add(acceptKey(part, path), inner);
    else if (value !== '')
      throw new ConfigError(
        `${path}: accept: expected lines such as "  from: 192.168.1.0/24" below it`,
      );
  }
  return values;
}

/** Whether a key is the one below which it stands whose sends are taken. */
function isAccept(key: unknown): boolean {
  return typeof key === 'string' && key.toLowerCase() === 'accept';
}

/** The key of a setting for one below `accept`: `acceptFrom` for `from`. */
function acceptKey(part: unknown, path: string): string {
  const name = acceptParts.find((each) => each.toLowerCase() === String(part).toLowerCase());
  if (name !== undefined) return `accept${name}`;
  const known = acceptParts.map((each) => each.charAt(0).toLowerCase() + each.slice(1));
  const near = didYouMean(nearestNames(String(part), known));
  throw new ConfigError(
    `${path}: unknown key "${String(part)}" below "accept".${near || ` Keys: ${known.join(', ')}`}`,
  );
}

function settingOf(key: unknown, path: string): SettingName {
  if (typeof key !== 'string') throw new ConfigError(`${path}: expected keys that are plain words`);
  const name = settingsByKey.get(key.toLowerCase());
  // Whoever wrote the file must not decide that the cluster of the user is left open.
  if (name === 'open')
    throw new ConfigError(
      `${path}: "open" does not count in a file: use ${flagOf(name)} or ${variableOf(name)}`,
    );
  if (name !== undefined) return name;
  const near = didYouMean(nearestNames(key, keys));
  throw new ConfigError(`${path}: unknown key "${key}".${near || ` Keys: ${keys.join(', ')}`}`);
}

async function parseYaml(text: string, path: string): Promise<unknown> {
  // The parser is loaded only where there is a file.
  const { parseDocument } = await import('yaml');
  try {
    // Values stay text: they are parsed by the same rules as those of options.
    const document = parseDocument(text, { schema: 'failsafe', resolveKnownTags: false });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw fault;
    return document.toJS({ mapAsMap: true });
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n', 1);
    throw new ConfigError(`${path} is not YAML as expected: ${reason.replace(/:$/, '')}`);
  }
}
