// Bundles the programs that the tests run as processes, and gives these a cache folder of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { killedProgram } from './killed-process.ts';
import { program } from './program.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

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
  await rm(dirname(outfile), { recursive: true, force: true });
  await build({
    entryPoints: { [basename(outfile, '.js')]: path(source) },
    outdir: dirname(outfile),
    bundle: true,
    // A program that reads many files starts slowly, and one that reads code it does not need: tests start
    // hundreds.
    splitting: true,
    // Its parts are not to be split from each other: it is loaded as it is installed.
    external: ['yaml'],
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['@peerlane/source'],
    alias: { 'string-width': path('../../src/command-line/plain-width.ts') },
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  });
}
