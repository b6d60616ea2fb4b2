// A registry of npm packages on this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { npm, root } from './commands.mjs';

/** 6.9 needs Node 22. It is no dependency of the repository: only a rehearsal needs it. */
const version = '6.8.0';
const manifest = {
  private: true,
  dependencies: { verdaccio: version },
  // Older ones of the second major version warn on newer versions of Node.
  overrides: { 'node-fetch': '2.7.0' },
};

/** Installs verdaccio, the first time. Gives the folder. */
function install() {
  const folder = join(root, 'node_modules', '.cache', `verdaccio-${version}`);
  if (!existsSync(join(folder, 'package-lock.json'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    npm(['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
  }
  return folder;
}

/**
 * Starts a registry of npm packages on 127.0.0.1, at a port that the system gives, which keeps what
 * it is sent in `folder`. Packages of ours never come from elsewhere; all others come from the
 * registry that this machine uses. Gives `{ url, close }`.
 */
export async function startRegistry(folder) {
  const uplink = npm(['config', 'get', 'registry'], { cwd: root }).trim();
  const program = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [program, install(), folder, uplink], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [port] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the registry did not start'))),
  ]);
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** The registry itself, which runs as a process of its own. */
async function serve(installed, folder, uplink) {
  const from = createRequire(join(installed, 'package.json'));
  const { runServer } = await import(pathToFileURL(from.resolve('verdaccio')).href);
  const server = await runServer({
    configPath: join(folder, 'config.yaml'),
    storage: join(folder, 'storage'),
    web: { enable: false },
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: 100 } },
    uplinks: { elsewhere: { url: uplink } },
    packages: {
      '@peerlane/*': { access: '$all', publish: '$authenticated' },
      '**': { access: '$all', proxy: 'elsewhere' },
    },
    log: { type: 'stdout', format: 'pretty', level: 'error' },
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(...process.argv.slice(2));
