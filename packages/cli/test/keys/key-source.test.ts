// Where the key comes from: the order of the sources, and what each refuses.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterKey, Keyring } from '@peerlane/seal';
import { describe, expect } from 'vitest';
import { configured } from '../../src/command-line/configured.ts';
import { ConfigError } from '../../src/files/config-error.ts';
import { saveKeyring } from '../../src/keys/key-file.ts';
import { loadKeys } from '../../src/keys/key-source.ts';
import { loadConfig, type ConfigSources } from '../../src/config/load-config.ts';
import { variableWarnings } from '../../src/config/variables.ts';
import { failureText } from '../../src/output/failure-text.ts';
import { it, type Lab } from '../support/lab.ts';

const keys = Object.fromEntries(
  ['flag', 'variable', 'text', 'file', 'own'].map((name) => [name, ClusterKey.generate()]),
) as Record<'flag' | 'variable' | 'text' | 'file' | 'own', ClusterKey>;
const secrets = Object.values(keys).map((key) => key.reveal().split(':')[1]!);

interface Sources {
  readonly flag?: boolean;
  readonly variable?: boolean;
  readonly text?: boolean;
  readonly file?: boolean;
  readonly own?: boolean;
}

/** A working folder with a key file of each name, and the sources that name them. */
async function sourcesIn(
  lab: Lab,
  { flag, variable, text, file, own }: Sources,
  more: Partial<ConfigSources> = {},
): Promise<ConfigSources> {
  const cwd = await lab.folder();
  for (const name of ['flag', 'variable', 'file'] as const)
    await saveKeyring(join(cwd, name), new Keyring([keys[name]]));
  if (own) await saveKeyring(join(cwd, 'own'), new Keyring([keys.own]));
  if (file) await writeFile(join(cwd, 'config.yml'), 'keyFile: file', { mode: 0o644 });
  return {
    ...more,
    cwd,
    ownKey: join(cwd, 'own'),
    flags: { ...(flag && { keyFile: 'flag' }), ...more.flags },
    env: {
      ...(variable && { P2P_KEY_FILE: 'variable' }),
      ...(text && { P2P_KEY: keys.text.reveal() }),
      ...more.env,
    },
  };
}

/** The id of the key that is used, and how its source is called. */
async function used(
  sources: ConfigSources,
): Promise<readonly [id: string | undefined, from: string | undefined]> {
  const { keySource } = await loadConfig(sources);
  const found = keySource && (await loadKeys(keySource));
  return [found?.keyring.first.id, found?.from.replace(sources.cwd, '')];
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ConfigError);
  const text = failureText(error);
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toContain('\n');
  return text;
}

describe('the source of a key', () => {
  it.for<[Sources, keyof typeof keys, string]>([
    [{ flag: true, variable: true, file: true, own: true }, 'flag', '--key-file'],
    [{ flag: true, text: true }, 'flag', '--key-file'],
    [{ variable: true, file: true, own: true }, 'variable', 'P2P_KEY_FILE'],
    [{ text: true, file: true, own: true }, 'text', 'P2P_KEY'],
    [{ file: true, own: true }, 'file', 'keyFile in config.yml'],
    [{ own: true }, 'own', '/own'],
  ])('Of %j the key of "%s" is used', async ([given, name, from], { lab }) => {
    expect(await used(await sourcesIn(lab, given))).toEqual([keys[name].id, from]);
  });

  it('Without a key the cluster is open, and an empty variable is none', async ({ lab }) => {
    const env = { P2P_KEY: '', P2P_KEY_FILE: '' };
    expect(await used(await sourcesIn(lab, {}, { env }))).toEqual([undefined, undefined]);
  });

  it.for<[Sources, Partial<ConfigSources>, keyof typeof keys | undefined]>([
    [{ own: true }, { flags: { open: 'true' } }, undefined],
    [{ text: true, variable: true, file: true }, { flags: { open: 'true' } }, undefined],
    [{ own: true, file: true }, { env: { P2P_OPEN: 'true' } }, undefined],
    [{ flag: true }, { env: { P2P_OPEN: 'true' } }, 'flag'],
    [{ own: true }, { env: { P2P_OPEN: 'true' }, flags: { open: 'false' } }, 'own'],
  ])('With %j and %j the key is that of "%s"', async ([given, more, name], { lab }) => {
    const [id] = await used(await sourcesIn(lab, given, more));
    expect(id).toBe(name && keys[name].id);
  });

  it.for<[Sources, Partial<ConfigSources>, string]>([
    [
      { text: true, variable: true },
      {},
      'P2P_KEY and P2P_KEY_FILE cannot be combined: leave out one of them',
    ],
    [
      { flag: true },
      { flags: { open: 'true' } },
      '--open and --key-file cannot be combined: leave out one of them',
    ],
    [
      { text: true },
      { env: { P2P_OPEN: 'true' } },
      'P2P_OPEN and P2P_KEY cannot be combined: leave out one of them',
    ],
    [
      {},
      { env: { P2P_KEY: `${keys.text.reveal()}x` } },
      'P2P_KEY: line 1: expected a key as "p2p key new" makes it',
    ],
    [{}, { flags: { keyFile: 'none' } }, '--key-file: there is no file "'],
    [{}, { env: { P2P_KEY_FILE: '.' } }, 'P2P_KEY_FILE: expected a file with a key, got a folder'],
    [
      {},
      { flags: { keyFile: keys.text.reveal() } },
      '--key-file: expected the path of a key file, got "peerlane-key-1:…"',
    ],
  ])('%j with %j is refused', async ([given, more, expected], { lab }) => {
    expect(await refusal(used(await sourcesIn(lab, given, more)))).toContain(expected);
  });

  it('No file of a folder opens a sealed user to the network', async ({ lab }) => {
    const sources = await sourcesIn(lab, { own: true });
    for (const text of ['open: true', 'OPEN: "true"']) {
      await writeFile(join(sources.cwd, 'config.yml'), text, { mode: 0o644 });
      expect(await refusal(loadConfig(sources))).toBe(
        'config.yml: "open" does not count in a file: use --open or P2P_OPEN',
      );
    }
  });

  it("A command that needs no file takes the user's own key before that of a file, and that before none", async ({
    lab,
  }) => {
    const narrow = { narrow: true };
    const both = await sourcesIn(lab, { file: true, own: true }, narrow);
    expect(await used(both)).toEqual([keys.own.id, '/own']);
    expect((await loadConfig(both)).file?.leftOut).toEqual(['keyFile']);
    expect(await used(await sourcesIn(lab, { file: true }, narrow))).toEqual([
      keys.file.id,
      'keyFile in config.yml',
    ]);
  });

  it('A key in the configuration file itself is refused and not repeated', async ({ lab }) => {
    const sources = await sourcesIn(lab, {});
    for (const text of [
      keys.text.reveal(),
      `key: ${keys.text.reveal()}`,
      `"${keys.text.reveal()}": 1`,
    ]) {
      await writeFile(join(sources.cwd, 'config.yml'), text, { mode: 0o644 });
      await refusal(loadConfig(sources));
    }
  });

  it('Version 1 is refused where there is a key', async ({ lab }) => {
    const { env, cwd } = await sourcesIn(lab, { text: true });
    const loading = configured(
      { command: 'start', flags: { protocol: '1' } },
      { env, cwd },
      () => undefined,
    );
    expect(await refusal(loading)).toBe(
      '--protocol asks for version 1, which cannot use the key of P2P_KEY: leave it out, or use --open',
    );
  });

  it('P2P_KEY is a known variable, and a misspelt one is named without its value', () => {
    expect(variableWarnings({ P2P_KEY: keys.text.reveal() })).toEqual([]);
    const [warning = ''] = variableWarnings({ P2P_KEYS: keys.text.reveal() });
    expect(warning).toContain('P2P_KEYS is unknown');
    expect(warning).not.toContain(secrets[2]);
  });
});
