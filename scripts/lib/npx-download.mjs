// Downloads a file between two nodes that npx starts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const content = 'Hello from a published package!\n';

/**
 * Runs two nodes by `npx -p @peerlane/cli p2p`, and gets a file of one by the other.
 *
 * @param folder where both keep their files
 * @param env what tells npm of its registry
 */
export async function downloadByNpx(folder, env) {
  const [shared, downloads] = ['shared', 'downloads'].map((name) => join(folder, name));
  mkdirSync(shared);
  mkdirSync(downloads);
  writeFileSync(join(shared, 'hello.txt'), content);

  const owner = start(folder, env, shared, '');
  const [, address] = await owner.says(/Listening on (\S+)\r?\n/);
  const asker = start(folder, env, downloads, address);
  await asker.says(/Listening on/);
  asker.end('get hello.txt\n');
  await asker.done;
  owner.end('quit\n');
  await owner.done;
  if (readFileSync(join(downloads, 'hello.txt'), 'utf8') !== content) {
    throw new Error('the file that came is another one');
  }
}

function start(cwd, env, folder, cluster) {
  const child = spawn('npx', ['-y', '-p', '@peerlane/cli', 'p2p'], {
    cwd,
    env: {
      ...env,
      P2P_PORT: '0',
      P2P_FOLDER: folder,
      P2P_CLUSTER: cluster,
      P2P_DISCOVERY: 'false',
    },
    shell: process.platform === 'win32',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`p2p ended with ${code}, having said:\n${said}`);
  });
  return {
    done: ended,
    end: (line) => child.stdin.end(line),
    says: async (expected) => {
      while (!expected.test(said)) await Promise.race([once(child.stdout, 'data'), ended]);
      return expected.exec(said);
    },
  };
}
