// Finds changes of packages that no changeset describes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run } from './commands.mjs';
import { contractChange, parseChangeset, publishedFolders } from './changesets.mjs';

const lines = (text) => (text ? text.split('\n') : []);

/**
 * Lists the changes of packages that no waiting changeset describes, one line each: on a branch, the
 * changes since it left main, and always those since the package was last released.
 *
 * @param root a git repository with packages below `packages/`
 * @param base where the branch left main, where that is known already
 */
export function missingChangesets(root, packageNames, base) {
  const { attempt, changed, publishedAt } = repository(root);
  const waiting = waitingChangesets(root);
  const main = ['origin/main', 'main'].find((name) =>
    attempt('rev-parse', '--verify', '--quiet', `${name}^{commit}`),
  );
  const fork = base ?? (main && attempt('merge-base', 'HEAD', main));
  const added = fork === undefined ? [] : changed(fork, '.changeset');
  const own = waiting.filter(({ path }) => added.includes(path));

  /** The first difference from a commit that users of the package see. */
  function change(commit, name) {
    const folder = `packages/${name}`;
    const now = publishedAt(undefined, folder);
    const paths = publishedFolders(now.manifest).map((path) => `${folder}/${path}`);
    const [first] = changed(commit, ...paths);
    if (first !== undefined) return first;
    const before = publishedAt(commit, folder);
    const part = before && contractChange(before, now);
    return part && `${folder}/package.json, its ${part},`;
  }

  /** The commit of a package's last release; if it is unknown, the current one. */
  function lastRelease(name) {
    const tag = attempt('describe', '--tags', '--abbrev=0', '--match', `@peerlane/${name}@*`);
    const log = `packages/${name}/CHANGELOG.md`;
    return tag ?? attempt('log', '-1', '--format=%H', '--', log) ?? 'HEAD';
  }

  return packageNames
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
    .flatMap((name) => {
      const isNamed = (changesets) => changesets.some(({ packages }) => packages.includes(name));
      const branch = fork !== undefined && !isNamed(own) && change(fork, name);
      if (branch) return [`@peerlane/${name}: ${branch} differs from ${fork.slice(0, 12)}`];
      const release = lastRelease(name);
      const since = !isNamed(waiting) && change(release, name);
      if (!since) return [];
      return [`@peerlane/${name}: ${since} has changed since ${release.slice(0, 30)}`];
    });
}

/** The changesets that wait for a release: `{ path, packages, text }`. */
export function waitingChangesets(root) {
  return readdirSync(join(root, '.changeset'))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => {
      const path = `.changeset/${name}`;
      return { path, ...parseChangeset(readFileSync(join(root, path), 'utf8')) };
    });
}

/** Questions to git about a repository. */
function repository(root) {
  const git = (...args) =>
    run('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const attempt = (...args) => {
    try {
      return git(...args) || undefined;
    } catch {
      return undefined;
    }
  };
  const textAt = (commit, path) =>
    commit === undefined
      ? readFileSync(join(root, path), 'utf8')
      : attempt('show', `${commit}:${path}`);
  return {
    attempt,
    /** The paths that differ from a commit. */
    changed: (commit, ...paths) => [
      ...lines(git('diff', '--name-only', commit, '--', ...paths)),
      ...lines(git('ls-files', '--others', '--exclude-standard', '--', ...paths)),
    ],
    /** A package.json and its catalog, in a commit or now; `undefined` where there was none. */
    publishedAt: (commit, folder) => {
      const manifest = textAt(commit, `${folder}/package.json`);
      const workspace = textAt(commit, 'pnpm-workspace.yaml');
      if (manifest === undefined || workspace === undefined) return undefined;
      return { manifest: JSON.parse(manifest), catalog: parse(workspace).catalog ?? {} };
    },
  };
}
