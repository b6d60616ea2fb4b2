// A tree that a child process writes and a test looks for: the same in both.
import { createHash } from 'node:crypto';
import type { ReceivedFile } from '../../src/tree-target/write-files.ts';

/** How long each of its files is, in bytes. */
export const fileBytes = 20_000;

/** The content of the file with a number. */
export function contentOf(number: number): Buffer {
  return Buffer.alloc(fileBytes, `${number} `);
}

/** Twelve times 64 files. */
export function* killedTree(): Generator<readonly ReceivedFile[], void> {
  for (let first = 0; first < 12 * 64; first += 64)
    yield Array.from({ length: 64 }, (_, at) => {
      const bytes = contentOf(first + at);
      const content = new Uint8Array(new SharedArrayBuffer(fileBytes));
      content.set(bytes);
      const digest = createHash('sha256').update(bytes).digest('hex');
      const path = [`d${first}`, `${first + at}`];
      return {
        entry: { path, kind: 'file', size: fileBytes, mtime: 1e12, digest },
        content: [content],
      };
    });
}
