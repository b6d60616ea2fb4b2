// `bench swarm send`: one file that is sent to one machine, and to four at once, by the program.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { alternate, show, summarise, withProgress } from '../measure.ts';
import { environmentIn, program } from '../transfer/command/servers.ts';
import type { SwitchedNetwork } from './switched-network.ts';

const [mebibyte, size, rounds] = [1024 ** 2, 1024, 3];

/** To how many machines the file is sent. */
export const receivers = 4;

/** What each machine sends at most, in Mbit/s. */
export const rate = 100;

/** A file that is sent to one machine, and to four, from one machine: all of 100 Mbit/s. */
export async function measureSend(network: SwitchedNetwork, root: string): Promise<void> {
  const file = join(root, 'file.bin');
  await writeRandom(file);
  const waiting: ChildProcess[] = [];
  const folders = Array.from({ length: receivers }, (_, index) => join(root, `m${index + 1}`));
  for (const [index, folder] of folders.entries()) {
    await mkdir(folder);
    waiting.push(await startReceiver(network, index + 1, folder));
  }
  const to = (count: number) => async (): Promise<number> => {
    const start = performance.now();
    await send(network, file, count, root);
    const seconds = (performance.now() - start) / 1000;
    for (const folder of folders.slice(0, count)) await checkAndEmpty(folder);
    return seconds;
  };
  let runs = 0;
  const counted = (count: number) => async (): Promise<number> => {
    const seconds = await to(count)();
    runs += 1;
    return seconds;
  };
  try {
    const seconds = await withProgress(
      () => `${runs} of ${2 * rounds} runs`,
      () => alternate({ one: counted(1), four: counted(receivers) }, rounds),
    );
    process.stdout.write(`${size} MiB sent from a machine of ${rate} Mbit/s to others like it\n`);
    for (const [name, figures] of Object.entries(seconds))
      process.stdout.write(`${name.padEnd(6)}${show(summarise(figures), 's')}\n`);
    const ratios = seconds.four.map((figure, round) => figure / seconds.one[round]!);
    process.stdout.write(
      `four have it after ${show(summarise(ratios), 'times')} what one takes; wanted: at most 1.6\n`,
    );
  } finally {
    for (const child of waiting) {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  }
}

async function writeRandom(path: string): Promise<void> {
  const file = await open(path, 'w');
  for (let written = 0; written < size; written += 1) await file.write(randomBytes(mebibyte));
  await file.close();
}

/** Starts `p2p receive` at a machine, and waits until it is ready. */
async function startReceiver(
  network: SwitchedNetwork,
  machine: number,
  folder: string,
): Promise<ChildProcess> {
  const host = network.hostOf(machine);
  const options = ['--yes', '--json', '--into', folder, '--host', host, '--name', nameOf(machine)];
  const [command, ...rest] = [...network.at(machine), process.execPath, program];
  const env = environmentIn(join(folder, '..', `home${machine}`));
  const child = spawn(command, [...rest, 'receive', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  lines.on('line', () => undefined);
  return child;
}

/** Runs `p2p send` to the first machines, until all of them have the file. */
async function send(
  network: SwitchedNetwork,
  file: string,
  count: number,
  root: string,
): Promise<void> {
  const machines = Array.from({ length: count }, (_, index) => index + 1);
  const to = machines.flatMap((machine) => ['--to', `${network.hostOf(machine)}:1378`]);
  const [command, ...rest] = [...network.at(0), process.execPath, program];
  const child = spawn(command, [...rest, 'send', file, ...to, '--host', network.hostOf(0)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environmentIn(join(root, 'home0')),
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`p2p send ended with ${code}`);
}

function nameOf(machine: number): string {
  return `machine${machine}`;
}

/** Checks that a folder has the file, of its whole size, and removes it. */
async function checkAndEmpty(folder: string): Promise<void> {
  const [name = ''] = await readdir(folder);
  const { size: bytes } = await stat(join(folder, name));
  if (bytes !== size * mebibyte) throw new Error(`${name} has ${bytes} bytes`);
  await rm(join(folder, name));
}
