// Bundles the demo for its tests.
import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import type { TestProject } from 'vitest/node';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The folder of the bundle: laid out as the build does, with the page's files above it. */
const home = '../node_modules/.cache/demo';

/** Bundles the demo from the sources of all layers: its tests need no build. */
export default async function bundle({ provide }: TestProject): Promise<void> {
  const shared: BuildOptions = { bundle: true, format: 'esm' };
  await build({
    ...shared,
    entryPoints: [path('../src/demo.ts'), path('../src/node-program.ts')],
    outdir: path(`${home}/dist`),
    platform: 'node',
    target: 'node20.19',
    conditions: ['@peerlane/source'],
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  });
  await build({
    ...shared,
    entryPoints: [path('../src/page/page.ts')],
    outdir: path(`${home}/dist/page`),
    platform: 'browser',
    target: 'es2022',
    conditions: ['@peerlane/source'],
  });
  await cp(path('../page'), path(`${home}/page`), { recursive: true });
  provide('demo', new URL(`${home}/dist/demo.js`, import.meta.url).href);
}
