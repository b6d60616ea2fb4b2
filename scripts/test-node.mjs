// Runs the tests of all packages, or of those that are named, on another version of Node:
//   pnpm test:node 22
//   pnpm test:node 24 protocol cluster
// It comes from npm, as the package `node`, and stays in node_modules/.cache.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { node, npm, packageNames, root, run } from './lib/commands.mjs';

const [version, ...names] = process.argv.slice(2).filter((word) => word !== '--');
if (!/^\d+(?:\.\d+){0,2}$/.test(version ?? '')) {
  process.stderr.write('Say which version of Node: pnpm test:node 22\n');
  process.exit(2);
}
const program = install(version);
const inside = `process.stdout.write(process.version)`;
process.stdout.write(`Node ${run(program, ['--eval', inside])}\n`);

if (names.length === 0) node([join(root, 'scripts', 'build.mjs')], { cwd: root });
const folders = (names.length > 0 ? names : packageNames).map((name) => `packages/${name}`);
if (names.length === 0) folders.push('apps/demo');

const failed = folders.filter((folder) => !passes(folder));
if (failed.length > 0) {
  process.stderr.write(`Tests fail on Node ${version}: ${failed.join(', ')}\n`);
  process.exitCode = 1;
} else process.stdout.write(`The tests of ${folders.join(', ')} pass on Node ${version}.\n`);

function passes(folder) {
  process.stdout.write(`\n== ${folder}\n`);
  try {
    run(program, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run'], {
      cwd: join(root, folder),
      // Programs that a test starts by the name `node` are of this version too.
      env: { ...process.env, PATH: [dirname(program), process.env.PATH].join(delimiter) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return true;
  } catch {
    return false;
  }
}

/** Installs a version of Node, the first time. Gives the path of the program. */
function install(wanted) {
  const folder = join(root, 'node_modules', '.cache', `node-${wanted}`);
  const program = join(
    folder,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    npm(['install', '--no-audit', '--no-fund', `node@${wanted}`], { cwd: folder });
  }
  return program;
}
