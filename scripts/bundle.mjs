// Makes the program one file, dist/p2p.mjs, which needs Node and nothing else.
import { appendFileSync, chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { root } from './lib/commands.mjs';
import { builtFiles, licencesOf, licenceText } from './lib/licences.mjs';
import { nodeBundle, requireForNode } from './lib/node-bundle.mjs';
import { packedModules } from './lib/packed-modules.mjs';

const maxBytes = 790_000;
const outfile = join(root, 'dist', 'p2p.mjs');
const cli = join(root, 'packages', 'cli');

const files = [];
const { metafile } = await build({
  entryPoints: [join(cli, 'src', 'bin.ts')],
  outfile,
  ...nodeBundle,
  plugins: [
    packedModules(
      { yargs: ['default'], yaml: ['parseDocument'] },
      {
        alias: { 'string-width': join(cli, 'src', 'command-line', 'plain-width.ts') },
        onBuilt: (packed) => files.push(...builtFiles(packed)),
      },
    ),
  ],
  banner: { js: `#!/usr/bin/env node\n${requireForNode}` },
});
files.push(...builtFiles(metafile));
const { version } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));
const own = { name: 'Peerlane', version, text: readFileSync(join(root, 'LICENSE'), 'utf8').trim() };
// The program is one file, so it holds its licences itself.
const licences = licenceText([own, ...licencesOf(files)]).replaceAll('*/', '* /');
appendFileSync(outfile, `/*\n${licences}*/\n`);
chmodSync(outfile, 0o755);
const { size } = statSync(outfile);
process.stdout.write(`dist/p2p.mjs: ${size} bytes of at most ${maxBytes}\n`);
if (size > maxBytes) process.exitCode = 1;
