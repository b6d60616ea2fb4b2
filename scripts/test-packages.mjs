// Packs every package, installs the tarballs into a blank project, and uses them from there.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const run = (command, args, options = {}) =>
  execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
const node = (args, options) => run(process.execPath, args, options);
const pnpm = join(import.meta.dirname, '..', 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
// On Windows npm is a script of the shell, which would take arguments with blanks apart.
const npm = (args, options) =>
  run('npm', args, { shell: process.platform === 'win32', ...options });

const project = mkdtempSync(join(tmpdir(), 'peerlane-packed-'));
try {
  node([pnpm, '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', project]);
  const tarballs = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm(['install', '--no-audit', '--no-fund', ...tarballs.map((name) => `./${name}`)], {
    cwd: project,
  });

  const installed = readdirSync(join(project, 'node_modules', '@peerlane'));
  if (installed.length !== 5) throw new Error(`expected 5 packages, got ${installed.join(', ')}`);
  for (const name of installed) {
    const manifest = readFileSync(
      join(project, 'node_modules', '@peerlane', name, 'package.json'),
      'utf8',
    );
    if (/@peerlane\/source|workspace:|catalog:/.test(manifest)) {
      throw new Error(
        `the packed package.json of @peerlane/${name} names what only this repository has`,
      );
    }
    const entries = name === 'udp-node' ? [name, `${name}/testing`] : [name];
    for (const entry of entries) {
      const code = `const m = await import('@peerlane/${entry}'); if (Object.keys(m).length === 0) process.exit(1);`;
      node(['--input-type=module', '--eval', code], { cwd: project });
    }
  }
  const help = npm(['exec', '--', 'p2p', '--help'], { cwd: project });
  if (!help.includes('--folder')) throw new Error(`p2p --help said: ${help}`);
  process.stdout.write(`${installed.length} packages were packed, installed and used.\n`);
} finally {
  rmSync(project, { recursive: true, force: true });
}
