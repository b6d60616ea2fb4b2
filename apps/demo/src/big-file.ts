// The big file of the demo, which is large enough that its download can be watched.
/** The name of the big file. */
export const bigFileName = 'big-file.bin';

/** Its size in bytes. */
export const bigFileSize: number = 24 * 1024 * 1024;

/** Its content: the same at every node, and without repetitions. */
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
