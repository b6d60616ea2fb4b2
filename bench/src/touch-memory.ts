// Touches free memory before a timed download, so that no download pays for getting it.
import { freemem } from 'node:os';

const mebibyte = 1024 ** 2;
const piece = 64 * mebibyte;
const most = 4096 * mebibyte;

/**
 * Writes to memory that is free, and releases it when its process ends. A virtual machine gets
 * memory from its host when it is first touched, and gives it back soon: without this, each download
 * would pay for what the one before it left. It touches more than a download needs, because the host
 * takes a part back before it is used.
 *
 * @returns how much it touched, in MiB
 */
export function touchMemory(): Promise<number> {
  const touched: Buffer[] = [];
  const share = Math.min(most, freemem() / 2);
  while (touched.length * piece < share) touched.push(Buffer.alloc(piece, 1));
  return Promise.resolve((touched.length * piece) / mebibyte);
}
