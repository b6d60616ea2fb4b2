import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { peerProgram } from './peer-program.ts';

/** Makes the program that tests run in processes of their own, so that testing needs no build. */
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
