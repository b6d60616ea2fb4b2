// Builds everything that changed. Says what is being built if that takes long, and why it failed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

const started = /^@peerlane\/([\w-]+):build: cache (?:miss|bypass)/gm;

/** The packages whose build has begun and was not announced yet. */
let news = [];
let isShown = false;

/** Names on one line what is being built: the first build takes a minute. */
function show() {
  if (!isShown) process.stderr.write('Building Peerlane:');
  isShown = true;
  process.stderr.write(news.map((name) => ` ${name}…`).join(''));
  news = [];
}

const slow = setTimeout(show, 1500);
const turbo = spawn(
  process.execPath,
  [
    join(import.meta.dirname, '..', 'node_modules', 'turbo', 'bin', 'turbo'),
    'run',
    'build',
    // Tasks that are fresh print nothing then.
    '--output-logs=new-only',
  ],
  {
    // Turbo looks for pnpm on the path. A user's may be on none, as under corepack; the one of this
    // checkout always is, since pnpm puts its .bin there for a script.
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  },
);
const output = [];
turbo.stderr.on('data', (bytes) => output.push(bytes));
turbo.stdout.on('data', (bytes) => {
  output.push(bytes);
  for (const [, name] of String(bytes).matchAll(started)) news.push(name);
  if (isShown && news.length > 0) show();
});
turbo.on('close', (code) => {
  clearTimeout(slow);
  if (isShown) process.stderr.write('\n');
  if (code !== 0) process.stderr.write(Buffer.concat(output));
  process.exitCode = code ?? 1;
});
