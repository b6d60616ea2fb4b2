// Makes the fixture of a release: `node scripts/bundle-release.mjs COMMIT` bundles the CLI of that commit.
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { pnpm, root, run, withFolder } from './lib/commands.mjs';
import { builtFiles, licencesOf, licenceText } from './lib/licences.mjs';
import { nodeBundle, requireForNode } from './lib/node-bundle.mjs';

const [, , commit] = process.argv;
if (commit === undefined) throw new Error('expected a commit: bundle-release.mjs a7c796b0');

await withFolder(async (folder) => {
  const source = join(folder, 'release');
  run('git', ['worktree', 'add', '--quiet', '--detach', source, commit], { cwd: root });
  try {
    pnpm(['install', '--frozen-lockfile'], { cwd: source });
    const cli = join(source, 'packages', 'cli');
    const { version } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));
    const fixture = join(root, 'packages', 'cli', 'test', 'fixtures', `release-${version}`);
    const outfile = join(fixture, 'p2p.mjs');
    mkdirSync(fixture, { recursive: true });
    const { metafile } = await build({
      entryPoints: [join(cli, 'src', 'bin.ts')],
      outfile,
      ...nodeBundle,
      banner: { js: requireForNode },
    });
    const licences = licenceText(licencesOf(builtFiles(metafile))).replaceAll('*/', '* /');
    appendFileSync(outfile, `/*\n${licences}*/\n`);
    process.stdout.write(`${outfile}: release ${version}, of commit ${commit}\n`);
  } finally {
    run('git', ['worktree', 'remove', '--force', source], { cwd: root });
  }
});
