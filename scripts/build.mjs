// Builds everything that changed, and says something only where that takes long or fails.
import { spawn } from 'node:child_process';
import process from 'node:process';

const slow = setTimeout(() => process.stderr.write('Building Peerlane…\n'), 1500);
const turbo = spawn('pnpm --silent build --output-logs=errors-only', {
  shell: true,
  stdio: ['ignore', 'pipe', 'pipe'],
});
const output = [];
for (const stream of [turbo.stdout, turbo.stderr]) stream.on('data', (bytes) => output.push(bytes));
turbo.on('close', (code) => {
  clearTimeout(slow);
  if (code !== 0) process.stderr.write(Buffer.concat(output));
  process.exitCode = code ?? 1;
});
