// Bundles the programs that the tests run as processes, and gives these a cache folder of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { killedProgram } from './killed-process.ts';
import { program } from './program.ts';

/** Bundles the programs from the sources of all layers: their tests need no build. */
export default async function bundle(): Promise<() => Promise<void>> {
  // The tests must not fill the cache of whoever runs them.
  const cache = await mkdtemp(join(tmpdir(), 'peerlane-cache-'));
  for (const name of ['XDG_CACHE_HOME', 'LOCALAPPDATA']) process.env[name] = cache;
  await make('./child-killed.ts', killedProgram);
  if (process.env.PEERLANE_PROGRAM === undefined) await make('../../src/bin.ts', program);
  return () => rm(cache, { recursive: true, force: true });
}

async function make(source: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['@peerlane/source'],
    // A program that reads many files starts slowly, and tests start hundreds.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  });
}
