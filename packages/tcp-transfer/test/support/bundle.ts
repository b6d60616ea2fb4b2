// Bundles the program of a peer process, before all tests.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { peerProgram } from './peer-program.ts';

/** Bundles the program from the sources, so that the tests need no build. */
export default async function bundle(): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('./child-peer.ts', import.meta.url))],
    outfile: peerProgram,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['@peerlane/source'],
  });
}
