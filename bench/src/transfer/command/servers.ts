// The servers of `bench transfer command`: `p2p start`, and the daemon of rsync.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { answers, freePort } from '../transfer-nginx.ts';
import { setTimeout as delay } from 'node:timers/promises';

/** The program as it is published. */
export const program: string = fileURLToPath(import.meta.resolve('@peerlane/cli/bin'));

/** A server in a process of its own. */
export interface Server {
  readonly pid: number;
  /** What clients name it by. */
  readonly address: string;
  stop(): Promise<void>;
}

/** The environment of the program: nothing that the user has set or kept counts. */
export function environmentIn(folder: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('P2P_'));
  return {
    ...Object.fromEntries(inherited),
    P2P_DISCOVERY: 'false',
    XDG_CACHE_HOME: join(folder, '.cache'),
    XDG_CONFIG_HOME: join(folder, '.config'),
  };
}

/** Starts `p2p start`, and waits until it is ready. */
export function startHolder(folder: string, env: NodeJS.ProcessEnv): Promise<Server> {
  return startPeerlane(['start', '--log-level', 'error', '--folder', folder], env);
}

/** Starts `p2p share` of one folder or file, and waits until it is ready. */
export function startShare(path: string, env: NodeJS.ProcessEnv): Promise<Server> {
  return startPeerlane(['share', path], env);
}

async function startPeerlane(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Server> {
  const options = ['--json', '--host', '127.0.0.1', '--port', '0'];
  const child = spawn(process.execPath, [program, ...command, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  const { addresses } = JSON.parse(line) as { addresses: readonly [string] };
  return server(child, addresses[0]);
}

/** Starts the daemon of rsync with a configuration of its own. */
export async function startRsync(place: string, root: string): Promise<Server> {
  await mkdir(place);
  const port = await freePort();
  const config = join(place, 'rsyncd.conf');
  const log = join(place, 'rsyncd.log');
  await writeFile(
    config,
    `use chroot = no
uid = ${process.geteuid?.()}
gid = ${process.getegid?.()}
log file = ${log}
pid file = ${join(place, 'rsyncd.pid')}
[files]
path = ${root}
read only = yes
`,
  );
  const options = ['--daemon', '--no-detach', `--config=${config}`, `--port=${port}`];
  const child = spawn('rsync', [...options, '--address=127.0.0.1'], { stdio: 'ignore' });
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`rsync did not start: see ${log}`);
    await delay(10);
  }
  return server(child, `rsync://127.0.0.1:${port}/files`);
}

function server(child: ChildProcess, address: string): Server {
  const ended = once(child, 'exit');
  return {
    pid: child.pid!,
    address,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
