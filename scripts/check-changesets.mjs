// Fails where the sources of a package have changed and no changeset says so: on a branch, since it
// left main; and in any case since the package was last released.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { packageNames, root, run } from './lib/commands.mjs';

const git = (...args) =>
  run('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
const attempt = (...args) => {
  try {
    return git(...args) || undefined;
  } catch {
    return undefined;
  }
};
const lines = (text) => (text ? text.split('\n') : []);

/** The paths below `folder` that are now other than in the commit `base`. */
function changed(base, folder) {
  const tracked = lines(git('diff', '--name-only', base, '--', folder));
  return [...tracked, ...lines(git('ls-files', '--others', '--exclude-standard', '--', folder))];
}

/** The changesets that wait for a release, each with the packages that it names. */
const waiting = readdirSync(join(root, '.changeset'))
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => {
    const text = readFileSync(join(root, '.changeset', name), 'utf8').replaceAll('\r', '');
    const [, head = ''] = /^---\n(.*?)^---$/ms.exec(text) ?? [];
    const entries = [...head.matchAll(/^['"]?@peerlane\/([\w-]+)['"]?: *(?:major|minor|patch)$/gm)];
    return { path: `.changeset/${name}`, packages: entries.map(([, entry]) => entry) };
  });

const main = ['origin/main', 'main'].find((name) =>
  attempt('rev-parse', '--verify', '--quiet', `${name}^{commit}`),
);
const fork = process.env.CHANGESET_BASE ?? (main && attempt('merge-base', 'HEAD', main));

/** Where the sources of a package were last released; where nobody knows that, as they are now. */
function lastRelease(name) {
  const tag = attempt('describe', '--tags', '--abbrev=0', '--match', `@peerlane/${name}@*`);
  if (tag !== undefined) return tag;
  const log = `packages/${name}/CHANGELOG.md`;
  return attempt('log', '-1', '--format=%H', '--', log) ?? 'HEAD';
}

const faults = [];
for (const name of packageNames) {
  const sources = `packages/${name}/src`;
  if (!existsSync(join(root, sources))) continue;
  const isNamed = (changesets) => changesets.some(({ packages }) => packages.includes(name));
  if (fork !== undefined) {
    const added = changed(fork, '.changeset');
    const own = waiting.filter(({ path }) => added.includes(path));
    const [first] = changed(fork, sources);
    if (first !== undefined && !isNamed(own)) {
      faults.push(`@peerlane/${name}: ${first} differs from ${fork.slice(0, 12)}`);
      continue;
    }
  }
  const release = lastRelease(name);
  const [first] = changed(release, sources);
  if (first !== undefined && !isNamed(waiting)) {
    faults.push(
      `@peerlane/${name}: ${first} has changed since its release, ${release.slice(0, 30)}`,
    );
  }
}
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\nSay what changes for users: pnpm changeset\n`);
  process.exitCode = 1;
} else process.stdout.write('Every change to the sources of a package has its changeset.\n');
