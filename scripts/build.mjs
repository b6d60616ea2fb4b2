// Builds everything that changed, and says something only where that takes long or fails.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

const slow = setTimeout(() => process.stderr.write('Building Peerlane…\n'), 1500);
const turbo = spawn(
  process.execPath,
  [
    join(import.meta.dirname, '..', 'node_modules', 'turbo', 'bin', 'turbo'),
    'run',
    'build',
    '--output-logs=errors-only',
  ],
  {
    // Turbo looks for pnpm on the path. A user's may be on none, as under corepack; the one of this
    // checkout always is, since pnpm puts its .bin there for a script.
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  },
);
const output = [];
for (const stream of [turbo.stdout, turbo.stderr]) stream.on('data', (bytes) => output.push(bytes));
turbo.on('close', (code) => {
  clearTimeout(slow);
  if (code !== 0) process.stderr.write(Buffer.concat(output));
  process.exitCode = code ?? 1;
});
