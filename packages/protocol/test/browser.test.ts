// The package as a browser loads it: in one file, without Node.
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';
import { expect, it } from 'vitest';
import { mutated } from './support/mutated.ts';

/** The most that the package may weigh, minified and compressed. */
const maxBytes = 9000;

/** One file for a browser: esbuild finds no module of Node then. */
async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    platform: 'browser',
    ...options,
    write: false,
  });
  return outputFiles[0]!.text;
}

it.skipIf(mutated)('The package is small enough for a page', async () => {
  const code = await bundle({ format: 'esm' });
  expect(gzipSync(code).length).toBeLessThanOrEqual(maxBytes);
});

it.skipIf(mutated)('The package needs only globals that a browser has', async () => {
  const code = await bundle({ format: 'iife', globalName: 'protocol' });
  const example = `
    const message = { type: 'get', filename: 'a,b', extension: { v: 2, req: '0123456789abcdef' } };
    const datagram = protocol.encodeMessage(message);
    JSON.stringify([message, protocol.decodeMessage(datagram), protocol.normalPeerAddress('[0::1]:1')]);
  `;
  const [message, decoded, address] = JSON.parse(
    runInNewContext(`${code}${example}`, { TextDecoder, TextEncoder, URL }) as string,
  ) as unknown[];
  expect(decoded).toEqual(message);
  expect(address).toBe('[::1]:1');
});
