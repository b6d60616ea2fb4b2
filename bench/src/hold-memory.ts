import { freemem } from 'node:os';

const mebibyte = 1024 ** 2;
const piece = 256 * mebibyte;

/**
 * Holds the free memory of this machine but for a part, as long as its process runs. A virtual
 * machine gets memory from its host when it is first touched, and gives it back soon after it was
 * freed: what comes first would pay for all. The part that is left is used again and again.
 *
 * @param input `left`: how much is left, in MiB
 * @returns how much is held, in MiB
 */
export function holdMemory({ left }: { left: number }): Promise<number> {
  const held: Buffer[] = [];
  while (freemem() - piece > left * mebibyte) held.push(Buffer.alloc(piece, 1));
  // A reference that lasts as long as the process.
  process.once('exit', () => (held.length = 0));
  return Promise.resolve((held.length * piece) / mebibyte);
}
