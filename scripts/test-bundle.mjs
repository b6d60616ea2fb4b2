// Runs the CLI's tests of whole sessions with dist/p2p.mjs, where there is no node_modules near it.
import { copyFileSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { packageNames, pnpm, root, withFolder } from './lib/commands.mjs';
import { licenceOf, licenceText } from './lib/licences.mjs';

await withFolder(async (folder) => {
  const program = join(folder, 'p2p.mjs');
  copyFileSync(join(root, 'dist', 'p2p.mjs'), program);
  checkLicences(readFileSync(program, 'utf8'));
  const files = ['test/session/session.slow.test.ts', 'test/commands/commands.slow.test.ts'];
  pnpm(['exec', 'vitest', 'run', ...files], {
    cwd: join(root, 'packages', 'cli'),
    env: { ...process.env, PEERLANE_PROGRAM: program },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
});

/** Every package that the program needs has its licence in it. */
function checkLicences(program) {
  const needed = new Set();
  const add = (folder, names) => {
    // The build puts plain-width.ts in the place of string-width.
    for (const name of names.filter((each) => !/^@peerlane[/]|^string-width$/.test(each))) {
      const found = realpathSync(join(folder, name));
      if (needed.has(found)) continue;
      needed.add(found);
      const { dependencies = {} } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8'));
      add(join(found, ...name.split('/').map(() => '..')), Object.keys(dependencies));
    }
  };
  for (const name of packageNames) {
    const folder = join(root, 'packages', name);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    add(join(folder, 'node_modules'), Object.keys(dependencies));
  }
  add(join(root, 'packages', 'cli', 'node_modules'), ['yargs']);
  for (const folder of needed) {
    const licence = licenceOf(folder);
    if (!program.includes(`\n${licenceText([licence])}`))
      throw new Error(`p2p.mjs lacks the licence of ${licence.name}`);
  }
  process.stdout.write(`p2p.mjs holds the licences of ${needed.size} packages.\n`);
}
