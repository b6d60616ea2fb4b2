// The examples of README.md log what their comments promise.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);

/** Runs an example against the sources. Gives what it logs, each call as one line. */
async function logged(code: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents: `${code}\nexport {};`, loader: 'ts', resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    alias: {
      '@peerlane/protocol': fileURLToPath(new URL('../src/index.ts', import.meta.url)),
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
    typeof value === 'string'
      ? value.replaceAll('\n', '\\n')
      : inspect(value, { breakLength: Infinity }),
  );
}

describe('README.md', () => {
  it('README.md has examples', () => {
    expect(examples).toHaveLength(3);
  });

  it.each(examples)('The example logs what its comments promise:\n%s', async (code) => {
    const promised = [...code.matchAll(/^ *\/\/ → (.*)$/gm)].map(([, text]) => text);
    expect(await logged(code)).toEqual(promised);
  });
});
