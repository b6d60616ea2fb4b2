// Serves a folder of 100,000 files.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, it, onTestFinished } from 'vitest';
import { fetchCatalog, SharedFolder, startFileServer } from '../../src/index.ts';

// The times are printed, not checked.
it('A folder of 100,000 files is indexed, searched by name, and listed in pages', async () => {
  // Making so many files on a busy disk takes longer than the test, so they lie in memory if possible.
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

  await using server = await startFileServer({ library: { files: folder } });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const since = performance.now();
  let listed = 0;
  for await (const { filename } of fetchCatalog({ address: server.address })) {
    expect(folder.has(filename)).toBe(true);
    listed += 1;
  }
  const listing = performance.now() - since;
  delay.disable();
  expect(listed).toBe(10_000);
  const [page, blocked] = [listing / 100, delay.max / 1e6];
  process.stdout.write(
    `100 pages of 100 files: ${page.toFixed(1)} ms each, the event loop blocked for ${blocked.toFixed(1)} ms at most\n`,
  );
});
