// Runs programs, in the repository and in temporary folders.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** The repository. */
export const root = join(import.meta.dirname, '..', '..');

/** The names of the packages that are published, without their scope. */
export const packageNames = ['protocol', 'cluster', 'seal', 'udp-node', 'tcp-transfer', 'cli'];

/** Runs a program. Gives what it prints; its errors are seen, and one that fails is thrown. */
export function run(command, args, options = {}) {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
}

export const node = (args, options) => run(process.execPath, args, options);

/** Runs the pnpm of this repository. */
export const pnpm = (args, options) =>
  node([join(root, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs'), ...args], options);

/**
 * Runs npm, which warns of settings that only pnpm knows unless it is told not to. On Windows it is a
 * script of the shell, so no argument may hold a blank.
 */
export const npm = (args, options) =>
  run('npm', ['--loglevel=error', ...args], { shell: process.platform === 'win32', ...options });

/** Runs a program that the repository depends on, such as attw. */
export const tool = (args, options) => pnpm(['exec', ...args], { cwd: root, ...options });

/** Runs `use` with the path of an empty folder, which is gone afterwards. */
export async function withFolder(use) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'peerlane-')));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The environment of a program that puts its temporary files into `folder`, on any system. */
export const temporaryFilesIn = (folder) => ({
  ...process.env,
  TMPDIR: folder,
  TEMP: folder,
  TMP: folder,
});
