import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };
import { program } from './program.ts';

/** Makes the program from the sources of all layers, so that testing it needs no build. */
export default async function bundle(): Promise<void> {
  if (process.env.PEERLANE_PROGRAM !== undefined) return;
  await build({
    entryPoints: [fileURLToPath(new URL('../src/bin.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['@peerlane/source'],
    external: Object.keys(packageJson.dependencies).filter(
      (name) => !name.startsWith('@peerlane/'),
    ),
  });
}
