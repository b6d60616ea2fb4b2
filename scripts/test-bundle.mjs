// Runs the CLI's tests of whole sessions with dist/p2p.mjs, where there is no node_modules near it.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pnpm, root, withFolder } from './lib/commands.mjs';

await withFolder(async (folder) => {
  const program = join(folder, 'p2p.mjs');
  copyFileSync(join(root, 'dist', 'p2p.mjs'), program);
  // What is large is sent by the same code.
  const files = ['test/session.slow.test.ts', 'test/commands.slow.test.ts'];
  pnpm(['exec', 'vitest', 'run', ...files, '--testNamePattern', '^(?!.*GiB)'], {
    cwd: join(root, 'packages', 'cli'),
    env: { ...process.env, PEERLANE_PROGRAM: program },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
});
