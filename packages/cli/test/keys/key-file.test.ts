// The key file: what is read and what is refused, and how it is written. No message repeats a key.
import { spawnSync } from 'node:child_process';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterKey, Keyring } from '@peerlane/seal';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { ConfigError } from '../../src/files/config-error.ts';
import { readKeyring, saveKeyring } from '../../src/keys/key-file.ts';
import { it } from '../support/lab.ts';

const [one, two] = [ClusterKey.generate(), ClusterKey.generate()];
const secretOf = (key: ClusterKey): string => key.reveal().split(':')[1]!;
const noModes = process.platform === 'win32';
const notRoot = process.getuid?.() !== 0;
const noFifos = spawnSync('mkfifo', ['--version']).status !== 0;

/** The message of the refusal, which must hold no key. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ConfigError);
  const { message } = error as ConfigError;
  for (const key of [one, two]) expect(message).not.toContain(secretOf(key));
  expect(message).not.toContain('\n');
  return message;
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('a key file', () => {
  it('A keyring is read as it was written, in a file and a folder that nobody else can read', async ({
    lab,
  }) => {
    const path = join(await lab.folder(), 'deep', 'peerlane', 'key');
    await saveKeyring(path, new Keyring([one, two]));
    const file = await readKeyring(path);
    expect(file?.keyring.keys.map(({ id }) => id)).toEqual([one.id, two.id]);
    expect(file?.warnings).toEqual([]);
    if (noModes) return;
    expect(await modeOf(path)).toBe(0o600);
    expect(await modeOf(join(path, '..'))).toBe(0o700);
    expect(await readdir(join(path, '..'))).toEqual(['key']);
  });

  it('A file that exists is replaced only on wish, and no file is left beside it', async ({
    lab,
  }) => {
    const folder = await lab.folder();
    const path = join(folder, 'key');
    await saveKeyring(path, new Keyring([one]));
    expect(await refusal(saveKeyring(path, new Keyring([two])))).toBe(`"${path}" already exists`);
    expect((await readKeyring(path))?.keyring.first.id).toBe(one.id);
    await saveKeyring(path, new Keyring([two, one]), { replaces: true });
    expect((await readKeyring(path))?.keyring.first.id).toBe(two.id);
    expect(await readdir(folder)).toEqual(['key']);
  });

  it('Where no file is, or no folder, nothing is read', async ({ lab }) => {
    const folder = await lab.folder();
    expect(await readKeyring(join(folder, 'key'))).toBeUndefined();
    expect(await readKeyring(join(folder, 'none', 'key'))).toBeUndefined();
  });

  it('A link is never written through when a key is made', async ({ lab }) => {
    const folder = await lab.folder();
    await symlink(join(folder, 'elsewhere'), join(folder, 'key'));
    expect(await refusal(saveKeyring(join(folder, 'key'), new Keyring([one])))).toContain(
      'already exists',
    );
    expect(await readdir(folder)).toEqual(['key']);
  });

  it("A user's own link stays when the keys that it leads to are replaced", async ({ lab }) => {
    const folder = await lab.folder();
    const path = join(folder, 'key');
    await saveKeyring(join(folder, 'real'), new Keyring([one]));
    await symlink('real', path);
    await saveKeyring(path, new Keyring([two]), { replaces: true });
    expect(await readlink(path)).toBe('real');
    expect((await lstat(join(folder, 'real'))).isFile()).toBe(true);
    expect((await readKeyring(path))?.keyring.first.id).toBe(two.id);
  });

  it.for([
    ['empty', '', 'expected a key, got none'],
    ['without a key', '# nothing\n', 'expected a key, got none'],
    [
      'whose second line is no key',
      `${one.reveal()}\n${two.reveal()}x\n`,
      'line 2: expected a key',
    ],
    ['too large', `#${'x'.repeat(20_000)}`, 'expected a file of at most 16 kB'],
  ])('A file %s is refused', async ([, text, expected], { lab }) => {
    const path = join(await lab.folder(), 'key');
    await writeFile(path, text!, { mode: 0o600 });
    const message = await refusal(readKeyring(path));
    expect(message).toContain(expected);
    expect(message).toContain(`"${path}"`);
  });

  it('A key that was typed wrongly is never repeated', async ({ lab }) => {
    const path = join(await lab.folder(), 'key');
    const text = one.reveal();
    const wrong = fc.tuple(fc.nat(text.length - 1), fc.constantFrom(' ', '!', '', 'é', '\n'));
    await fc.assert(
      fc.asyncProperty(wrong, async ([at, char]) => {
        const typed = text.slice(0, at) + char + text.slice(at + 1);
        await writeFile(path, typed, { mode: 0o600 });
        const message = await refusal(readKeyring(path));
        for (let i = 0; i + 12 <= 43; i += 1)
          expect(message).not.toContain(secretOf(one).slice(i, i + 12));
      }),
      { numRuns: 60 },
    );
  });

  it('A folder is refused', async ({ lab }) => {
    const path = join(await lab.folder(), 'key');
    await mkdir(path);
    expect(await refusal(readKeyring(path))).toMatch(/folder/);
  });

  it.skipIf(noFifos)('A pipe is refused at once', async ({ lab }) => {
    const path = join(await lab.folder(), 'key');
    spawnSync('mkfifo', ['-m', '600', path]);
    expect(await refusal(readKeyring(path))).toContain('got a device or pipe');
  });

  it.skipIf(noModes)('A file that others can read is used, with a warning', async ({ lab }) => {
    const path = join(await lab.folder(), 'a key');
    await saveKeyring(path, new Keyring([one]));
    await chmod(path, 0o644);
    const file = await readKeyring(path);
    expect(file?.warnings).toEqual([
      `Others can read the key file "${path}" (mode 644): chmod 600 '${path}'`,
    ]);
  });

  it.skipIf(noModes)(
    'A file that others can write to is refused, and if it was named, a warning',
    async ({ lab }) => {
      const path = join(await lab.folder(), 'key');
      await saveKeyring(path, new Keyring([one]));
      await chmod(path, 0o602);
      expect(await refusal(readKeyring(path))).toContain('can be changed by others (mode 602)');
      const { warnings } = (await readKeyring(path, { isNamed: true }))!;
      expect(warnings).toEqual([`The key file "${path}" can be changed by others (mode 602).`]);
    },
  );

  it.skipIf(noModes || notRoot)(
    "Another user's file is refused, and if it was named, a warning; a link of theirs is never followed",
    async ({ lab }) => {
      const folder = await lab.folder();
      const path = join(folder, 'key');
      await saveKeyring(path, new Keyring([one]));
      await chown(path, 65_534, 0);
      expect(await refusal(readKeyring(path))).toContain('belongs to another user (uid 65534)');
      expect((await readKeyring(path, { isNamed: true }))!.warnings).toHaveLength(1);
      await symlink(path, join(folder, 'link'));
      spawnSync('chown', ['-h', '65534', join(folder, 'link')]);
      expect(await refusal(readKeyring(join(folder, 'link'), { isNamed: true }))).toContain(
        'is a link of another user',
      );
    },
  );

  it.skipIf(noModes)('No key is written where others could replace it', async ({ lab }) => {
    const folder = await lab.folder();
    await chmod(folder, 0o777);
    expect(await refusal(saveKeyring(join(folder, 'key'), new Keyring([one])))).toContain(
      'can be replaced by others',
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('Comments and several lines are kept apart from keys', async ({ lab }) => {
    const path = join(await lab.folder(), 'key');
    await writeFile(path, `# ours\r\n\r\n ${one.reveal()} \r\n${two.reveal()}\r\n`, {
      mode: 0o600,
    });
    expect((await readKeyring(path))?.keyring.keys.map(({ id }) => id)).toEqual([one.id, two.id]);
    expect(await readFile(path, 'utf8')).toContain('# ours');
  });
});
