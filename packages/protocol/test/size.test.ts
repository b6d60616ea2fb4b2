import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** The most that the package may weigh, minified and compressed, without zod. */
const maxBytes = 12_000;

// A run of mutations adds all of them to the sources.
const mutated = '__stryker__' in globalThis;

it.skipIf(mutated)('is small, and runs in a browser as it is', async () => {
  // For a browser, esbuild refuses every module of Node.
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external: ['zod'],
    write: false,
  });
  const size = gzipSync(outputFiles[0]!.contents).length;
  expect(size).toBeLessThanOrEqual(maxBytes);
  expect(outputFiles[0]!.text).not.toMatch(/\b(?:Buffer|process|require)\b/);
});
