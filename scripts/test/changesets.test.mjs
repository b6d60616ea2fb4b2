// The rules for changesets.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { contractChange, parseChangeset, textFault } from '../lib/changesets.mjs';
import { run, withFolder } from '../lib/commands.mjs';
import { missingChangesets } from '../lib/missing-changesets.mjs';

const manifest = {
  name: '@peerlane/cluster',
  version: '0.1.0',
  engines: { node: '>=20.19' },
  exports: { '.': { '@peerlane/source': './src/index.ts', default: './dist/index.js' } },
  publishConfig: { exports: { '.': { default: './dist/index.js' } } },
  files: ['bin', 'dist', 'CHANGELOG.md'],
  scripts: { test: 'vitest run' },
  dependencies: { '@peerlane/protocol': 'workspace:^', zod: 'catalog:' },
  devDependencies: { esbuild: 'catalog:' },
};
const catalog = { zod: '^4.6.7', esbuild: '0.28.2' };
const published = { manifest, catalog };

/** The part that differs when some fields of the package.json, or of the catalog, are others. */
const changed = (fields, versions = {}) =>
  contractChange(published, {
    manifest: { ...manifest, ...fields },
    catalog: { ...catalog, ...versions },
  });

test('A change that users see in a package.json is found', () => {
  const exports = { '.': './dist/index.js', './testing': './dist/testing.js' };
  assert.equal(changed({ publishConfig: { exports } }), 'exports');
  assert.equal(changed({ engines: { node: '>=22' } }), 'engines');
  assert.equal(changed({ bin: { p2p: './bin/p2p.js' } }), 'bin');
  assert.equal(changed({ sideEffects: false }), 'sideEffects');
  const { dependencies } = manifest;
  assert.equal(changed({ dependencies: { ...dependencies, yaml: '^2' } }), 'dependencies');
  assert.equal(changed({ dependencies: { zod: 'catalog:' } }), 'dependencies');
  assert.equal(changed({ peerDependencies: { zod: '^4' } }), 'peerDependencies');
  assert.equal(changed({}, { zod: '^5.0.0' }), 'dependencies');
});

test('A change that users do not see in a package.json is left out', () => {
  assert.equal(changed({}), undefined);
  assert.equal(changed({ version: '0.2.0' }), undefined);
  assert.equal(changed({ scripts: {} }), undefined);
  assert.equal(changed({ devDependencies: {} }), undefined);
  assert.equal(changed({}, { esbuild: '1.0.0' }), undefined);
  assert.equal(changed({ exports: { '.': './elsewhere.ts' } }), undefined);
  const dependencies = { zod: '^4.6.7', '@peerlane/protocol': 'workspace:~' };
  assert.equal(changed({ dependencies }), undefined);
});

test('A changeset is read as its packages and its text', () => {
  const source = `---\r\n'@peerlane/udp-node': minor\n"@peerlane/cli": patch\n---\n\nOne sentence.\n`;
  assert.deepEqual(parseChangeset(source), {
    packages: ['udp-node', 'cli'],
    text: 'One sentence.',
  });
});

test('A changeset is one sentence, which begins with "Breaking:" if it breaks something', () => {
  const good = ['A silent peer is forgotten.', 'Breaking: `a. B` is gone.', 'Version 2.1 is read.'];
  for (const text of good) assert.equal(textFault(text), undefined, text);
  const bad = ['', 'One. Two.', 'One\ntwo.', 'No full stop', 'BREAKING: x.', 'Breaking change.'];
  for (const text of [...bad, 'This is Breaking: x.']) assert.notEqual(textFault(text), undefined);
});

test('A change of a package that its users see needs a changeset', () =>
  withFolder((root) => {
    const write = (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost'];
    const git = (...args) => run('git', [...who, ...args], { cwd: root });
    const commit = () => {
      git('add', '--all');
      git('commit', '--quiet', '--no-gpg-sign', '--message', 'A change');
    };
    const workspace = 'catalog:\n  zod: ^4.6.7\n';
    const file = 'packages/cluster/package.json';
    const original = JSON.stringify(manifest);
    git('init', '--quiet', '--initial-branch', 'main');
    write('.changeset/config.json', '{}');
    write('pnpm-workspace.yaml', workspace);
    write(file, original);
    write('packages/cluster/src/index.ts', 'export {};\n');
    write('packages/cluster/bin/p2p.js', '\n');
    write('packages/cluster/CHANGELOG.md', '# @peerlane/cluster\n');
    commit();
    const missing = () => missingChangesets(root, ['cluster']);
    assert.deepEqual(missing(), []);

    const changes = {
      'packages/cluster/src/index.ts': 'export const a = 1;\n',
      'packages/cluster/src/new.ts': 'export {};\n',
      'packages/cluster/bin/p2p.js': '// Changed.\n',
      [file]: original.replace('>=20.19', '>=22'),
      'pnpm-workspace.yaml': workspace.replace('^4.6.7', '^5.0.0'),
    };
    git('switch', '--quiet', '--create', 'branch');
    for (const [path, text] of Object.entries(changes)) {
      write(path, text);
      assert.equal(missing().length, 1, path);
      write('.changeset/a.md', "---\n'@peerlane/protocol': minor\n---\n\nOther.\n");
      assert.equal(missing().length, 1, path);
      write('.changeset/a.md', "---\n'@peerlane/cluster': patch\n---\n\nSaid.\n");
      assert.deepEqual(missing(), []);
      git('clean', '--quiet', '--force', '-d');
      git('checkout', '--quiet', '.');
    }
    // Neither tests, nor changelogs, nor scripts.
    write('packages/cluster/test/a.test.ts', '\n');
    write('packages/cluster/CHANGELOG.md', '# @peerlane/cluster\n\n## 0.1.0\n');
    write(file, original.replace('vitest run', 'vitest'));
    assert.deepEqual(missing(), []);
    commit();

    // What waits on main says nothing of what a branch adds.
    write('.changeset/waits.md', "---\n'@peerlane/cluster': patch\n---\n\nWaits.\n");
    commit();
    git('branch', '--force', 'main');
    write(file, readFileSync(join(root, file), 'utf8').replace('>=20.19', '>=22'));
    const [fault] = missing();
    assert.match(
      fault,
      /^@peerlane\/cluster: .*package\.json, its engines, differs from [0-9a-f]+$/,
    );
  }));
