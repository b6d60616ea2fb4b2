// Touches free memory before a timed download, so that no download pays for getting it.
import { freemem } from 'node:os';

const mebibyte = 1024 ** 2;
const piece = 64 * mebibyte;
const most = 4096 * mebibyte;

/**
 * Writes to memory that is free, and lets go of it when its process ends. A virtual machine gets
 * memory from its host when it is first touched, and gives it back soon: without this, each download
 * would pay for what the one before it left. It touches more than a download needs, because the host
 * takes a part back before it is used.
 *
 * @returns how much it took, in MiB
 */
export function takeMemory(): Promise<number> {
  const taken: Buffer[] = [];
  const share = Math.min(most, freemem() / 2);
  while (taken.length * piece < share) taken.push(Buffer.alloc(piece, 1));
  return Promise.resolve((taken.length * piece) / mebibyte);
}
