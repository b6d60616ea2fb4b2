import { freemem } from 'node:os';

const mebibyte = 1024 ** 2;
const piece = 256 * mebibyte;

/**
 * Holds the free memory of this machine but for a part. A virtual machine gets memory from its host
 * when it is first touched, and gives it back soon after it was freed: what comes first would pay for
 * all. The part that is left is used again and again, and stays.
 *
 * @param left how much is left, in bytes
 * @returns what is held: let go of it when all is measured
 */
export function holdMemory(left: number): Buffer[] {
  const held: Buffer[] = [];
  while (freemem() - piece > left) held.push(Buffer.alloc(piece, 1));
  const gibibytes = (held.length * piece) / 1024 ** 3;
  process.stdout.write(`holding ${gibibytes.toFixed(1)} GiB of free memory meanwhile\n`);
  return held;
}
