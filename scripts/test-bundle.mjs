// Runs the CLI's tests of whole sessions with dist/p2p.mjs, where there is no node_modules near it.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pnpm, root, withFolder } from './lib/commands.mjs';

await withFolder(async (folder) => {
  const program = join(folder, 'p2p.mjs');
  copyFileSync(join(root, 'dist', 'p2p.mjs'), program);
  const files = ['test/session.slow.test.ts', 'test/commands.slow.test.ts'];
  pnpm(['exec', 'vitest', 'run', ...files], {
    cwd: join(root, 'packages', 'cli'),
    env: { ...process.env, PEERLANE_PROGRAM: program },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
});
