// What the build says while it takes long, and when it fails.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

/** Runs the build with a program in the place of turbo. */
function buildWith(turbo) {
  const folder = mkdtempSync(join(tmpdir(), 'peerlane-build-'));
  try {
    const bin = join(folder, 'node_modules', 'turbo', 'bin');
    for (const path of [bin, join(folder, 'scripts')]) mkdirSync(path, { recursive: true });
    writeFileSync(join(bin, 'turbo'), turbo);
    cpSync(join(import.meta.dirname, '..', 'build.mjs'), join(folder, 'scripts', 'build.mjs'));
    return spawnSync(process.execPath, [join(folder, 'scripts', 'build.mjs')], {
      encoding: 'utf8',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const begins = (name) => `console.log('@peerlane/${name}:build: cache miss, executing');`;

test('A build that takes long names what it builds, as it begins', () => {
  const later = `setTimeout(() => { ${begins('cli')} }, 2500);`;
  const { stderr, status } = buildWith(begins('protocol') + later);
  assert.equal(stderr, 'Building Peerlane: protocol… cli…\n');
  assert.equal(status, 0);
});

test('A build that fails says why, and one that is quick says nothing', () => {
  const failed = buildWith("console.error('no such type'); process.exitCode = 2;");
  assert.deepEqual([failed.stderr, failed.status], ['no such type\n', 2]);
  assert.equal(buildWith('').stderr, '');
});
