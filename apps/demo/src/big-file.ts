/** The name of the file that is large enough to be watched on its way. */
export const bigFileName = 'big-file.bin';

/** Its size in bytes. */
export const bigFileSize: number = 24 * 1024 * 1024;

/** Its content: the same for every node that shares it, and nothing that repeats. */
export function bigFileContent(): Uint8Array {
  const words = new Uint32Array(bigFileSize / 4);
  let word = 1378;
  for (let index = 0; index < words.length; index += 1) {
    // Marsaglia's xorshift.
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    words[index] = word;
  }
  return new Uint8Array(words.buffer);
}
