// Runs the examples of the README.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);

const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** Runs an example against the sources. Returns what it logs, each call as one line. */
async function logged(code: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents: `${code}\nexport {};`, loader: 'ts', resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@peerlane/source'],
    alias: {
      '@peerlane/seal/invitation': source('invitation/index.ts'),
      '@peerlane/seal': source('index.ts'),
    },
    banner: { js: 'const console = { log: (value) => globalThis.logged.push(value) };' },
    write: false,
  });
  const values: unknown[] = [];
  Object.assign(globalThis, { logged: values });
  await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`
  );
  return values.map((value) =>
    typeof value === 'string' ? value : inspect(value, { breakLength: Infinity, depth: Infinity }),
  );
}

describe('README.md', () => {
  it('The README has an example', () => {
    expect(examples).not.toHaveLength(0);
  });

  it.each(examples)('The README is right about what this logs:\n%s', async (code) => {
    const promised = [...code.matchAll(/^ *\/\/ → (.*)$/gm)].map(([, text]) => text);
    expect(await logged(code)).toEqual(promised);
  });
});
