// A copy of the repository, for rehearsing a release.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageNames, pnpm, root, run } from './commands.mjs';

/** Copies what git knows or would add, and makes a repository of it, with `main` as its branch. */
export function copyCheckout(copy) {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  for (const path of run('git', listed, { cwd: root }).split('\0')) {
    if (path === '' || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  run('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: copy });
  commit(copy, 'Begin');
  pnpm(['install', '--frozen-lockfile', '--prefer-offline'], { cwd: copy });
}

export function commit(copy, message) {
  const who = ['-c', 'user.name=Rehearsal', '-c', 'user.email=rehearsal@localhost'];
  run('git', ['add', '--all'], { cwd: copy });
  const options = ['--quiet', '--allow-empty', '--no-verify', '--no-gpg-sign'];
  run('git', [...who, 'commit', ...options, '--message', message], { cwd: copy });
}

/** Changes the sources of a package, sees that a changeset is asked for, and writes it. */
export function change(copy, name, bump) {
  const file = join(copy, 'packages', name, 'src', 'index.ts');
  writeFileSync(file, `${readFileSync(file, 'utf8')}// Rehearsed.\n`);
  const check = () => pnpm(['run', 'check:changesets'], { cwd: copy, stdio: 'ignore' });
  let refused = false;
  try {
    check();
  } catch {
    refused = true;
  }
  if (!refused) throw new Error(`a change of ${name} without a changeset was let through`);
  const text = `---\n'@peerlane/${name}': ${bump}\n---\n\nRehearsed.\n`;
  writeFileSync(join(copy, '.changeset', 'rehearsed.md'), text);
  check();
}

export const readManifest = (copy, name) =>
  JSON.parse(readFileSync(join(copy, 'packages', name, 'package.json'), 'utf8'));

export const dependsOn = (copy, name, other) =>
  readManifest(copy, name).dependencies?.[`@peerlane/${other}`] !== undefined;

export const versionsOf = (copy) =>
  Object.fromEntries(packageNames.map((name) => [name, readManifest(copy, name).version]));

export const differing = (before, after) =>
  packageNames.filter((name) => before[name] !== after[name]);
