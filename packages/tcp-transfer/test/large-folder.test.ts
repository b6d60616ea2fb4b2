import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SharedFolder } from '../src/index.ts';

it('indexes 100,000 files, and looks one up without going through them', async () => {
  // To make so many files on a disk that others use takes longer than the test.
  const path = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'peerlane-'));
  onTestFinished(() => rm(path, { recursive: true }));
  for (let sub = 0; sub < 100; sub += 1) {
    mkdirSync(join(path, `${sub}`));
    for (let file = 0; file < 1000; file += 1)
      writeFileSync(join(path, `${sub}`, `${sub}-${file}`), '');
  }
  const start = performance.now();
  await using folder = await SharedFolder.open(path);
  const indexing = performance.now() - start;
  expect(folder.size).toBe(100_000);
  const before = performance.now();
  for (let asked = 0; asked < 100_000; asked += 1) folder.has(`no-${asked}`);
  const lookups = performance.now() - before;
  process.stdout.write(
    `100,000 files indexed in ${indexing.toFixed(0)} ms, looked up in ${lookups.toFixed(0)} ms\n`,
  );
  // A hundred thousand walks through a hundred thousand names would take minutes.
  expect(lookups).toBeLessThan(30_000);
}, 120_000);
