// Bundles the program of a peer process, before all tests.
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { peerProgram } from './peer-program.ts';

/** Bundles the program from the sources, so that the tests need no build. */
export default async function bundle(): Promise<void> {
  await bundleProgram(new URL('./child-peer.ts', import.meta.url), peerProgram);
}

/** Bundles a program into one file. */
export async function bundleProgram(
  program: URL,
  outfile: string,
  options: Pick<BuildOptions, 'format' | 'minify'> = { format: 'esm' },
): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(program)],
    outfile,
    bundle: true,
    platform: 'node',
    ...options,
    target: 'node20.19',
    conditions: ['@peerlane/source'],
  });
}
