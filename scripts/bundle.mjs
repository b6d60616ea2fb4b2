// Makes the program one file, dist/p2p.mjs, which needs Node and nothing else.
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { root } from './lib/commands.mjs';

const maxBytes = 400_000;
const outfile = join(root, 'dist', 'p2p.mjs');
const cli = join(root, 'packages', 'cli');

/** Parts of dependencies that the program never comes to: JSON Schema, and writing YAML. */
const uncalled =
  /[\\/](?:zod[\\/]v4[\\/]core[\\/](?:to-json-schema|json-schema-processors)|yaml[\\/]browser[\\/]dist[\\/]stringify[\\/]\w+)\.js$/;

const lean = {
  name: 'lean',
  setup({ onLoad }) {
    onLoad({ filter: uncalled }, ({ path }) => ({ contents: emptied(readFileSync(path, 'utf8')) }));
    // The table of all emoji is in Node too.
    onLoad({ filter: /[\\/]emoji-regex[\\/]index\.m?js$/ }, () => ({
      contents: String.raw`export default () => /\p{RGI_Emoji}/gv;`,
    }));
  },
};

/** A module that exports the same names, each as a function that does nothing. */
function emptied(code) {
  const declared = [...code.matchAll(/^export (?:const|function|class) (\w+)/gm)];
  const listed = [...code.matchAll(/^export \{(.*)\};/gm)].flatMap(([, names]) => [
    ...names.matchAll(/(\w+)\s*(?:,|$)/g),
  ]);
  const names = [...declared, ...listed].map(([, name]) => `nothing as ${name}`);
  return `const nothing = () => nothing;\nexport { ${names.join(', ')} };`;
}

await build({
  entryPoints: [join(cli, 'src', 'bin.ts')],
  outfile,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  conditions: ['@peerlane/source'],
  // Its modules for browsers can be taken apart, those for Node cannot.
  alias: { yaml: join(packageOf('yaml'), 'browser', 'index.js') },
  plugins: [lean],
  banner: { js: '#!/usr/bin/env node' },
});
chmodSync(outfile, 0o755);
const { size } = statSync(outfile);
process.stdout.write(`dist/p2p.mjs: ${size} bytes of at most ${maxBytes}\n`);
if (size > maxBytes) process.exitCode = 1;

/** The folder of a dependency of the CLI. */
function packageOf(name) {
  return dirname(createRequire(join(cli, 'package.json')).resolve(`${name}/package.json`));
}
