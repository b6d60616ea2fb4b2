// `p2p key`: makes, shows and changes the keys in a key file.
import { ClusterKey, Keyring } from '@peerlane/seal';
import type { keyActions } from '../command-line/commands.ts';
import type { Invocation } from '../command-line/parse.ts';
import { usageError, UsageError } from '../command-line/usage-error.ts';
import { ConfigError } from '../files/config-error.ts';
import { readKeyring, saveKeyring } from '../keys/key-file.ts';
import { loadKeys, type KeySource } from '../keys/key-source.ts';
import { loadConfig } from '../config/load-config.ts';
import { variableOf } from '../config/settings.ts';
import { newKeyText } from '../lines/seal-text.ts';
import { confirm } from '../output/confirm.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { print, type Io } from '../output/io.ts';

type Action = (typeof keyActions)[number];

/** What an action works with. */
interface Request {
  readonly source: KeySource;
  /** Says yes to what is asked, if that was typed. */
  readonly yes: boolean;
  readonly io: Io;
}

/** Runs `p2p key`. */
export async function run(invocation: Invocation<'key'>, io: Io): Promise<number> {
  const [action, id] = invocation.operands as [Action, string?];
  const takesId = action === 'use' || action === 'remove';
  if (takesId && id === undefined)
    throw usageError('key', `Expected the id of a key after "key ${action}"`);
  if (!takesId && id !== undefined) throw usageError('key', `Unknown argument: ${id}`);
  // A key is made and kept whether or not it is used just now.
  const env = { ...io.env, [variableOf('open')]: undefined };
  const { keySource: source } = await loadConfig({ ...invocation, env, cwd: io.cwd, narrow: true });
  if (!source)
    throw new ConfigError('there is no home folder for a key: name a file with --key-file');
  const request = { source, yes: invocation.options.yes, io };
  if (action === 'new') await makeKey(request);
  else if (action === 'show') await showKeys(request);
  else if (action === 'add') await addKey(request);
  else if (action === 'use') await useKey(id!, request);
  else return await removeKey(id!, request);
  return exitCodes.done;
}

async function makeKey({ source, io }: Request): Promise<void> {
  const path = pathOf(source);
  const found = await readKeyring(path, { isNamed: source.kind === 'named' });
  if (found)
    throw new ConfigError(
      `"${path}" already exists, with key ${found.keyring.first.id}: to change keys without an interruption, p2p key add`,
    );
  const key = ClusterKey.generate();
  await saveKeyring(path, new Keyring([key]));
  print(
    io.stdout,
    `Made key ${key.id} in ${path}`,
    newKeyText,
    'Let other machines join: p2p invite. Or copy this file to each of them, to the place that p2p config names there.',
  );
}

async function showKeys({ source, yes, io }: Request): Promise<void> {
  const { keyring } = await keysOf(source);
  const question = 'Anyone who sees this can join, read and ask. Show it?';
  if (!yes && !(await agreed(question, io))) return;
  // The only place that shows a key: print() is not used, and nothing else may be written here.
  io.stdout.write(keyring.reveal());
}

async function addKey({ source, io }: Request): Promise<void> {
  const path = pathOf(source);
  const { keyring } = await keysOf(source);
  const key = ClusterKey.generate();
  await saveKeyring(path, new Keyring([...keyring.keys, key]), { replaces: true });
  print(
    io.stdout,
    `Added key ${key.id} to ${path}. Key ${keyring.first.id} still seals.`,
    'Nodes that run here need no restart. Now do this, each step on all machines before the next:',
    '1. copy this file to each other machine, over its own key file',
    `2. p2p key use ${key.id}`,
    `3. p2p key remove ${keyring.first.id}`,
  );
}

async function useKey(id: string, { source, io }: Request): Promise<void> {
  const path = pathOf(source);
  const { keyring } = await keysOf(source);
  const key = keyIn(keyring, id, path);
  const old = keyring.first;
  const others = keyring.keys.filter((each) => each !== key);
  await saveKeyring(path, new Keyring([key, ...others]), { replaces: true });
  print(io.stdout, `Key ${key.id} seals from now on, in ${path}`);
  if (old === key) return;
  print(
    io.stdout,
    `Now do the same on each machine. When all have done it, on each: p2p key remove ${old.id}`,
  );
}

async function removeKey(id: string, { source, yes, io }: Request): Promise<number> {
  const path = pathOf(source);
  const { keyring } = await keysOf(source);
  const key = keyIn(keyring, id, path);
  const others = keyring.keys.filter((each) => each !== key);
  if (others.length === 0)
    throw new ConfigError(
      `${key.id} is the only key in "${path}": remove the file to leave the cluster, or p2p key add to change keys`,
    );
  if (key === keyring.first)
    throw new ConfigError(
      `${key.id} seals: first use another, such as p2p key use ${others[0]!.id}`,
    );
  const question = `Nodes that still seal with ${key.id} will not be understood. Remove it?`;
  if (!yes && !(await agreed(question, io))) return exitCodes.done;
  await saveKeyring(path, new Keyring(others), { replaces: true });
  print(
    io.stdout,
    `Removed key ${key.id} from ${path}`,
    `Now do the same on each machine: p2p key remove ${key.id}`,
  );
  return exitCodes.done;
}

/** @throws UsageError if there is nobody to ask */
async function agreed(question: string, io: Io): Promise<boolean> {
  const answer = await confirm(question, io);
  if (answer === undefined) throw new UsageError(`${question} Without a terminal, say so by --yes`);
  return answer;
}

/** @throws ConfigError if the key is in a variable */
function pathOf(source: KeySource): string {
  if (source.kind !== 'text') return source.path;
  throw new ConfigError(`the key comes from ${source.from}: change it there, or unset it`);
}

/** @throws ConfigError if there are none */
async function keysOf(source: KeySource): Promise<{ readonly keyring: Keyring }> {
  const keys = await loadKeys(source);
  if (keys) return keys;
  throw new ConfigError(`there is no key in "${source.from}": make one with p2p key new`);
}

/** @throws ConfigError if there is none with this id */
function keyIn(keyring: Keyring, id: string, path: string): ClusterKey {
  const key = keyring.find(id.toLowerCase());
  if (key) return key;
  const ids = keyring.keys.map((each) => each.id).join(', ');
  throw new ConfigError(`there is no key "${id}" in "${path}". Keys: ${ids}`);
}
