// `bench transfer`: files over loopback, each side in a process of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { touchMemory } from '../touch-memory.ts';
import { wholeCommands } from './command/command.ts';
import { largeFile, memory } from './transfer-large.ts';
import { crowd, smallFiles } from './transfer-many.ts';
import {
  crowdClient,
  peerlaneClient,
  peerlaneServer,
  smallFilesClient,
  verifiedClient,
} from './transfer-peerlane.ts';
import { cipherAndHash } from './transfer-parts.ts';
import { pumpClient, pumpServer } from './transfer-pump.ts';
import { sealedFile } from './transfer-sealed.ts';
import { runSide } from './transfer-side.ts';

const works = [
  touchMemory,
  peerlaneServer,
  peerlaneClient,
  smallFilesClient,
  verifiedClient,
  crowdClient,
  pumpServer,
  pumpClient,
  cipherAndHash,
];

const parts = {
  large: largeFile,
  command: wholeCommands,
  sealed: sealedFile,
  memory,
  small: smallFiles,
  crowd,
};

/**
 * Moves files over loopback, each side in a process of its own, in a folder that goes afterwards.
 * The command line may name the parts that are wanted.
 */
export async function run(): Promise<void> {
  if (await runSide(works)) return;
  const wanted = process.argv.slice(3);
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const folder = await mkdtemp(join(tmpdir(), 'peerlane-bench-'));
    try {
      await part(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}
