// What a command loads before it does anything: each module costs its part of every start.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../..', import.meta.url));

let inputs: Metafile['inputs'];

beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: ['src/bin.ts'],
    outdir: 'dist',
    write: false,
    bundle: true,
    splitting: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['@peerlane/source'],
  });
  ({ inputs } = metafile);
}, 60_000);

/** The files that are loaded with some others, without those that are loaded once they are needed. */
function loadedBy(...files: readonly string[]): string[] {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind } of inputs[file]?.imports ?? [])
      if (kind !== 'dynamic-import' && path in inputs) load(path);
  };
  for (const file of files) load(file);
  return [...loaded];
}

/** The packages of others among some files. */
function packagesOf(files: readonly string[]): string[] {
  const names = files.flatMap(
    (file) => /.*node_modules[/]((?:@[^/]+[/])?[^/]+)/.exec(file)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

describe('what a command loads', () => {
  it('The program loads no command before it knows which one to run', () => {
    const files = loadedBy('src/bin.ts');
    expect(files.filter((file) => file.startsWith('src/commands/'))).toEqual([]);
  });

  it.each(['get', 'share'])(
    '`p2p %s` loads neither other commands nor what only they need',
    (command) => {
      const file = `src/commands/${command}.ts`;
      const files = loadedBy('src/bin.ts', file);
      expect(packagesOf(files)).not.toContain('uqr');
      expect(packagesOf(files)).not.toContain('@noble/curves');
      const rooms = files.map((each) => relative('src', each).split(/[\\/]/, 1)[0]);
      expect(rooms).not.toContain('session');
      expect(rooms).not.toContain('invitation');
      const commands = files.filter((each) => each.startsWith('src/commands/'));
      expect(commands.filter((each) => each !== file && !each.endsWith('/serving.ts'))).toEqual([]);
    },
  );
});
