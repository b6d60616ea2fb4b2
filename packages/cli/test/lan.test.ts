import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { it } from './lab.ts';

const names = [`peerlane-cli-${process.pid}a`, `peerlane-cli-${process.pid}b`] as const;

const ip = (...args: readonly string[]): void =>
  void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Makes two machines on one cable, network namespaces of this test alone. */
function connect(): void {
  for (const name of names) ip('netns', 'add', name);
  ip(
    '-n',
    names[0],
    'link',
    'add',
    'cable',
    'type',
    'veth',
    'peer',
    'name',
    'cable',
    'netns',
    names[1],
  );
  for (const [i, name] of names.entries()) {
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'link', 'set', 'cable', 'up');
    ip('-n', name, 'address', 'add', `10.77.9.${i + 1}/24`, 'dev', 'cable');
  }
}

function disconnect(): void {
  for (const name of names) {
    try {
      ip('netns', 'delete', name);
    } catch {
      // It was never made.
    }
  }
}

/** Why there can be no such machines here. */
function impossible(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a feature of Linux';
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  try {
    connect();
    return undefined;
  } catch (error) {
    return `no network namespace can be made here: ${(error as Error).message}`;
  } finally {
    disconnect();
  }
}

it('two machines that were told of nobody find each other, and a file', async ({ lab, skip }) => {
  const reason = impossible();
  skip(reason !== undefined, reason);
  onTestFinished(disconnect);
  connect();
  const folders = [await lab.folder(), await lab.folder()] as const;
  await writeFile(join(folders[0], 'a.txt'), 'from the other machine');
  const [, b] = names.map((name, i) =>
    lab.run({
      within: ['ip', 'netns', 'exec', name],
      env: {
        // An address that this machine does not have: outside of the namespace the node would not start.
        P2P_HOST: `10.77.9.${i + 1}`,
        P2P_PORT: '0',
        P2P_FOLDER: folders[i]!,
        P2P_CLUSTER: '',
        P2P_DISCOVERY: 'true',
      },
    }),
  );
  await b!.says("Enter a file you want to download or 'list'");
  b!.type('get a.txt');
  await b!.says('Received file completely!');
  expect(await readFile(join(folders[1], 'a.txt'), 'utf8')).toBe('from the other machine');
});
