// Rehearses a release from end to end: changesets version and publish a copy of this checkout to a
// registry on 127.0.0.1, and the packages are used from there as their users do. Nothing here
// changes, and nothing goes anywhere else.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { packageNames, pnpm, withFolder } from './lib/commands.mjs';
import { checkDocuments, compile, installAlone, load, manifestOf } from './lib/consumer.mjs';
import { downloadByNpx } from './lib/npx-download.mjs';
import { checkRegistry, clientOf, published } from './lib/registry-client.mjs';
import { startRegistry } from './lib/registry.mjs';
import {
  change,
  commit,
  copyCheckout,
  dependsOn,
  differing,
  versionsOf,
} from './lib/release-copy.mjs';

const started = performance.now();
const say = (text) => {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(`${seconds.padStart(4)} s  ${text}\n`);
};

await withFolder(async (folder) => {
  const copy = join(folder, 'peerlane');
  copyCheckout(copy);
  say('copied the checkout, and installed what it needs');
  const registry = await startRegistry(folder);
  try {
    const env = await clientOf(folder, registry.url);
    await rehearse({ folder, copy, registry: registry.url, env });
  } finally {
    await registry.close();
  }
});
say('The release path holds.');

async function rehearse({ folder, copy, registry, env }) {
  const release = () => {
    pnpm(['run', 'release:version'], { cwd: copy, env });
    return versionsOf(copy);
  };
  const publish = () => {
    checkRegistry(copy, env);
    pnpm(['run', 'release:publish'], { cwd: copy, env });
  };

  const first = release();
  const left = readdirSync(join(copy, '.changeset')).filter((name) => name.endsWith('.md'));
  equal('changesets that wait', left, []);
  commit(copy, 'Release');
  publish();
  for (const name of packageNames) equal(name, await published(registry, name), [first[name]]);
  say(`published ${list(first)}`);

  for (const name of packageNames) {
    const project = emptyFolder(folder, `alone-${name}`);
    installAlone(project, name, env);
    equal(`@peerlane/${name}`, manifestOf(project, name).version, first[name]);
    checkDocuments(project, name);
    load(project, name);
    compile(project, name);
    say(`used @peerlane/${name} alone: import, require(), and its types`);
  }
  await downloadByNpx(emptyFolder(folder, 'npx'), env);
  say('got a file by npx -p @peerlane/cli p2p');

  // A version outside the range of its dependents releases them as well.
  change(copy, 'cluster', first.cluster.startsWith('0.') ? 'minor' : 'major');
  const second = release();
  const along = packageNames.filter((name) => dependsOn(copy, name, 'cluster'));
  equal('released', differing(first, second).sort(), ['cluster', ...along].sort());
  commit(copy, 'Release');
  publish();
  for (const name of packageNames) {
    const versions = [...new Set([first[name], second[name]])];
    equal(name, await published(registry, name), versions);
  }
  const project = emptyFolder(folder, 'second');
  installAlone(project, 'cli', { ...env, npm_config_prefer_online: 'true' });
  for (const name of packageNames) {
    equal(`@peerlane/${name}`, manifestOf(project, name).version, second[name]);
  }
  say(`a breaking change of cluster alone released ${differing(first, second).join(' and ')}`);

  change(copy, 'protocol', 'patch');
  equal('released', differing(second, release()), ['protocol']);
  say('a fix of protocol alone would release protocol');
}

function emptyFolder(folder, name) {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function equal(what, got, expected) {
  if (JSON.stringify(got) === JSON.stringify(expected)) return;
  throw new Error(`${what}: ${JSON.stringify(got)}, and not ${JSON.stringify(expected)}`);
}

function list(versions) {
  const entries = Object.entries(versions);
  return entries.map(([name, version]) => `${name} ${version}`).join(', ');
}
