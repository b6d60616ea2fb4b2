// Where the key of a cluster comes from, by the precedence of the settings, and the keys that are there.
import { resolve } from 'node:path';
import { Keyring, SealError } from '@peerlane/seal';
import { ConfigError } from '../files/config-error.ts';
import { readKeyring, type KeyFile } from './key-file.ts';
import { keyVariable } from './key-variable.ts';

/** Where a key comes from. */
export type KeySource =
  | {
      /** As messages name it: `--key-file`, or the path of the user's own file. */
      readonly from: string;
      /** Absolute. */
      readonly path: string;
      /**
       * Whether the user `named` the file, a configuration file did (`found`), or it is the user's `own`, which
       * need not be there.
       */
      readonly kind: 'named' | 'found' | 'own';
    }
  | { readonly from: typeof keyVariable; readonly text: string; readonly kind: 'text' };

/** The value of a setting, and where it is from. */
interface Found<Value> {
  /** 0 for an option, 1 for a variable, 2 for a configuration file, 3 for none. */
  readonly rank: number;
  readonly from: string;
  readonly value: Value;
}

const variableRank = 1;

/** What decides where a key comes from. */
export interface KeySettings {
  readonly keyFile: Found<string | undefined>;
  readonly open: Found<boolean>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The path of the user's own key file, if this user has a home. */
  readonly own: string | undefined;
  readonly cwd: string;
}

/**
 * Where the key comes from; `undefined` if there is none.
 *
 * @throws ConfigError if two sources of one rank disagree
 */
export function keySource({ keyFile, open, env, own, cwd }: KeySettings): KeySource | undefined {
  const text = env[keyVariable] ?? '';
  const isText = text !== '' && keyFile.rank >= variableRank;
  const { rank, from } = isText ? { rank: variableRank, from: keyVariable } : keyFile;
  if (open.value && open.rank < rank) return undefined;
  if (open.value && open.rank === rank) throw disagreement(open.from, from);
  if (isText && keyFile.rank === variableRank) throw disagreement(keyVariable, keyFile.from);
  if (isText) return { from: keyVariable, text, kind: 'text' };
  if (keyFile.value !== undefined)
    return {
      from,
      path: resolve(cwd, keyFile.value),
      kind: rank > variableRank ? 'found' : 'named',
    };
  return own === undefined ? undefined : { from: own, path: own, kind: 'own' };
}

function disagreement(one: string, other: string): ConfigError {
  return new ConfigError(`${one} and ${other} cannot be combined: leave out one of them`);
}

/** The keys of a source; `from` says where they come from. */
export interface LoadedKeys extends KeyFile {
  readonly from: string;
  readonly source: KeySource;
}

/**
 * Reads the keys of a source.
 *
 * @returns `undefined` if the user's own file is not there
 * @throws ConfigError if there are none; it names the source, and repeats no key
 */
export async function loadKeys(source: KeySource): Promise<LoadedKeys | undefined> {
  const { from, kind } = source;
  try {
    if (kind === 'text') return { from, source, keyring: Keyring.parse(source.text), warnings: [] };
    const file = await readKeyring(source.path, { isNamed: kind === 'named' });
    if (file) return { ...file, from, source };
  } catch (error) {
    if (!SealError.is(error) && !(error instanceof ConfigError)) throw error;
    throw new ConfigError(kind === 'own' ? error.message : `${from}: ${error.message}`);
  }
  if (kind === 'own') return undefined;
  throw new ConfigError(`${from}: there is no file "${source.path}"`);
}
