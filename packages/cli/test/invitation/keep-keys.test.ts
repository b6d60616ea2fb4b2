// What becomes of the keys that a newcomer has, when it receives others.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterKey, Keyring } from '@peerlane/seal';
import { describe, expect, it } from 'vitest';
import { keepKeys, type KeyChoice } from '../../src/invitation/keep-keys.ts';

/** Two keys of one id. */
const [own, made] = [148_340, 166_699].map((number) => {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32BE(number, 28);
  return new ClusterKey(bytes);
}) as [ClusterKey, ClusterKey];

describe('An inviter that has made a key of the id that the newcomer uses', () => {
  it.each<readonly [KeyChoice, ClusterKey]>([
    ['keep', own],
    ['replace', made],
  ])('is another cluster, of which a person decides: %s', async (choice, left) => {
    const folder = await mkdtemp(join(tmpdir(), 'peerlane-keys-'));
    const path = join(folder, 'key');
    await keepKeys(path, new Keyring([own]), () => Promise.reject(new Error('nobody is asked')));
    const received = new Keyring([made]);
    const kept = await keepKeys(path, received, () => Promise.resolve(choice));
    expect(kept).toBe(choice === 'keep' ? 'kept' : 'saved');
    expect(await readFile(path, 'utf8')).toBe(`${left.reveal()}\n`);
    await rm(folder, { recursive: true });
  });

  it('cannot take the place of the newcomer’s key in its file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'peerlane-keys-'));
    const path = join(folder, 'key');
    await keepKeys(path, new Keyring([own]), () => Promise.resolve('keep'));
    const received = new Keyring([ClusterKey.generate(), made]);
    const adding = keepKeys(path, received, () => Promise.resolve('add'));
    await expect(adding).rejects.toThrow(/two with the id 1c72246e/);
    expect(await readFile(path, 'utf8')).toBe(`${own.reveal()}\n`);
    await rm(folder, { recursive: true });
  });
});
