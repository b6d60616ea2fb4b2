// `bench folder`: whole folders over loopback, beside rsync's daemon, tar through a socket and syncthing.
import { access, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSide } from '../transfer/transfer-side.ts';
import { again } from './folder-again.ts';
import { compare } from './folder-contest.ts';
import { million } from './folder-million.ts';
import { treeClient, treeServer } from './folder-peerlane.ts';
import { largeFiles, smallFiles } from './folder-shapes.ts';
import { tarServer } from './folder-tar.ts';

/** Where files are in memory, on Linux. */
const memoryFolder = '/dev/shm';

/** The magic number of a file system in memory. */
const tmpfs = 0x01021994;

const parts: Readonly<Record<string, () => Promise<void>>> = {
  small: () => inBoth((folder, isDisk) => compare(folder, smallFiles, isDisk)),
  large: () => inBoth((folder, isDisk) => compare(folder, largeFiles, isDisk)),
  again: () => inFolder(tmpdir(), again),
  million: () => inFolder(tmpdir(), million),
};

/**
 * Moves folders over loopback, each side in a process of its own, in a folder that goes afterwards. The
 * command line may name the parts that are wanted; a million files only come if they are named.
 */
export async function run(): Promise<void> {
  if (await runSide([treeServer, treeClient, tarServer])) return;
  const named = process.argv.slice(3);
  for (const name of named.length > 0 ? named : ['small', 'large', 'again']) {
    const part = parts[name];
    if (!part) throw new Error(`There is no part "${name}": ${Object.keys(parts).join(', ')}.`);
    await part();
  }
}

/** Does some work in memory and on the disk, where there are both. */
async function inBoth(work: (folder: string, isDisk: boolean) => Promise<void>): Promise<void> {
  const hasMemory = await access(memoryFolder).then(
    () => true,
    () => false,
  );
  if (hasMemory) await inFolder(memoryFolder, (folder) => work(folder, false));
  else process.stdout.write(`there is no ${memoryFolder}: not compared in memory\n`);
  if ((await statfs(tmpdir())).type === tmpfs)
    process.stdout.write('the temporary folder is in memory: not compared on disk (TMPDIR)\n');
  else await inFolder(tmpdir(), (folder) => work(folder, true));
}

async function inFolder(parent: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(parent, 'peerlane-bench-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
