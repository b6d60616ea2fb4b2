// Runs the examples of the README.
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Runs an example against the sources. Returns what it logs, each call as one line. */
async function logged(code: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents: `${code}\nexport {};`, loader: 'ts', resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@peerlane/source'],
    alias: {
      '@peerlane/udp-node/testing': source('../src/testing/index.ts'),
      '@peerlane/udp-node': source('../src/index.ts'),
    },
    banner: { js: 'const console = { log: (value) => globalThis.logged.push(value) };' },
    write: false,
  });
  const values: unknown[] = [];
  Object.assign(globalThis, { logged: values });
  // Built-in modules are not found from a data: URL.
  const cache = source('../node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'readme-'));
  try {
    const path = join(folder, 'example.mjs');
    await writeFile(path, outputFiles[0]!.text);
    await import(/* @vite-ignore */ pathToFileURL(path).href);
  } finally {
    await rm(folder, { recursive: true });
  }
  return values.map((value) =>
    typeof value === 'string' ? value : inspect(value, { breakLength: Infinity }),
  );
}

describe('README.md', () => {
  it('The README has examples', () => {
    expect(examples).toHaveLength(3);
  });

  it.each(examples)('The README is right about what this logs:\n%s', async (code) => {
    const promised = [...code.matchAll(/^ *\/\/ → (.*)$/gm)].map(([, text]) => text);
    expect(await logged(code)).toEqual(promised);
  });
});
