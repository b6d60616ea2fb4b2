// The size of the package.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { mutated } from './support/world.ts';

/** The most that the package may weigh, minified and compressed. */
const maxBytes = 13_300;

// A run of mutations adds all of them to the sources.
it.skipIf(mutated)(
  'The package is small, the protocol included, and needs only a browser',
  async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      conditions: ['@peerlane/source'],
      write: false,
    });
    expect(gzipSync(outputFiles[0]!.text).length).toBeLessThanOrEqual(maxBytes);
  },
);
