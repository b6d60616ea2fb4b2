// What the build says while it takes long, and when it fails.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { withFolder } from '../lib/commands.mjs';

/** Runs the build with a program in the place of turbo. */
function buildWith(turbo) {
  return withFolder((folder) => {
    const bin = join(folder, 'node_modules', 'turbo', 'bin');
    for (const path of [bin, join(folder, 'scripts')]) mkdirSync(path, { recursive: true });
    writeFileSync(join(bin, 'turbo'), turbo);
    const build = join(folder, 'scripts', 'build.mjs');
    cpSync(join(import.meta.dirname, '..', 'build.mjs'), build);
    return spawnSync(process.execPath, [build], { encoding: 'utf8' });
  });
}

const begins = (name) => `console.log('@peerlane/${name}:build: cache miss, executing');`;

test('A build that takes long names what it builds, as it begins', async () => {
  const later = `setTimeout(() => { ${begins('cli')} }, 2500);`;
  const { stderr, status } = await buildWith(begins('protocol') + later);
  assert.equal(stderr, 'Building Peerlane: protocol… cli…\n');
  assert.equal(status, 0);
});

test('A build that fails says why', async () => {
  const failed = await buildWith("console.error('no such type'); process.exitCode = 2;");
  assert.match(failed.stderr, /^no such type$/m);
  assert.equal(failed.status, 2);
});
