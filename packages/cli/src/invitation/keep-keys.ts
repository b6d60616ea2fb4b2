// Puts the keys that a newcomer has received into its key file, and loses none that is there.
import { Keyring, type ClusterKey } from '@peerlane/seal';
import { readKeyring, saveKeyring } from '../keys/key-file.ts';

/** What becomes of another key that is there. */
export type KeyChoice = 'replace' | 'add' | 'keep';

/** What has become of the keys: `known` if they were there before. */
export type KeptKeys = 'saved' | 'known' | 'kept';

/**
 * Writes the keys to a file. Where it has another key, `choose` decides; the keys of a cluster that this
 * machine is in already are completed.
 *
 * @throws ConfigError if the file cannot be read or written; SealError if it would have too many keys
 */
export async function keepKeys(
  path: string,
  received: Keyring,
  choose: (there: Keyring) => Promise<KeyChoice>,
): Promise<KeptKeys> {
  const there = (await readKeyring(path, { isNamed: true }))?.keyring;
  if (!there) {
    await saveKeyring(path, received);
    return 'saved';
  }
  // An id is no proof: anybody can make a key that has it.
  const has = (key: ClusterKey): boolean => there.find(key.id)?.reveal() === key.reveal();
  const isMember = there.first.id === received.first.id && has(received.first);
  if (isMember && received.keys.every(has)) return 'known';
  const choice = isMember ? 'add' : await choose(there);
  if (choice === 'keep') return 'kept';
  const keys = choice === 'replace' ? received.keys : [...received.keys, ...there.keys];
  await saveKeyring(path, new Keyring(keys), { replaces: true });
  return 'saved';
}
